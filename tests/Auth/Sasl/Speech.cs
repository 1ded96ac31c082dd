using System.Text;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

/// <summary>Talks to exchanges in text.</summary>
internal static class Speech
{
    public static string Text(this SaslStep step) => Encoding.UTF8.GetString(step.Octets.Span);

    public static ValueTask<SaslStep> SayAsync(this ISaslExchange exchange, string? text) =>
        exchange.NextAsync(text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text), default);

    /// <summary>Says one thing after the other and returns the last answer; every earlier one must be a challenge.</summary>
    public static async Task<SaslStep> SayAllAsync(this ISaslExchange exchange, params string?[] texts)
    {
        var step = new SaslStep(SaslStatus.Challenge);
        foreach (var text in texts)
        {
            Assert.Equal(SaslStatus.Challenge, step.Status);
            step = await exchange.SayAsync(text);
        }

        return step;
    }

    /// <summary>
    /// Lets a client and a server talk as a protocol would, with or without an initial response. Returns the server's last step; the client must have
    /// taken every challenge, and believes exactly the successes.
    /// </summary>
    public static async Task<SaslStep> TalkAsync(this ISaslExchange server, ISaslClientExchange client, bool initialResponse = true)
    {
        var first = client.Start();
        var step = await server.NextAsync(initialResponse ? first : null, default);
        if (!initialResponse && first is not null)
        {
            Assert.Equal(SaslStatus.Challenge, step.Status);
            Assert.True(step.Octets.IsEmpty);
            step = await server.NextAsync(first, default);
        }

        while (step.Status == SaslStatus.Challenge)
        {
            var answer = client.Next(step.Octets);
            Assert.True(answer.Ok);
            step = await server.NextAsync(answer.Octets, default);
        }

        if (step.Status == SaslStatus.Granted) Assert.True(client.AcceptsSuccess(step.Octets));
        return step;
    }
}
