using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Pop3.Client;

/// <summary>AUTH, the client's side (RFC 5034).</summary>
internal sealed class AuthDialogue(Pop3Dialogue dialogue, Pop3Login login, SecureChannel? channel, bool allowsPlain)
{
    private const int MaxChallenge = 12_288 + 4; // octets of a line, as in other protocols (RFC 4954 §4): RFC 5034 has no bound
    private const int MaxCommand = 255; // octets; RFC 5034 §4: a longer initial response must wait to be asked for
    private const int MaxChallenges = 16;

    /// <summary>What came of it; null when none of the server's mechanisms will do, and nothing was said.</summary>
    public async ValueTask<Pop3Step?> RunAsync(Pop3Capabilities offered, CancellationToken cancellation)
    {
        var mechanisms = offered.Mechanisms.Where(login.Takes).ToList();
        Pop3Step? last = null;
        while (true)
        {
            using var exchange = SaslClient.Choose(mechanisms, login.Credentials, Context());
            if (exchange is null) return last;
            last = await TryAsync(exchange, cancellation);
            // RFC 3206 §6: the password was not at fault, so the server must not be able to do what it offers.
            var mayTryAnother = dialogue.Ending is null && last.Outcome == Pop3Outcome.Refused && last.Code == Pop3ResponseCode.None && offered.HasAuthResponseCode;
            if (!mayTryAnother) return last;
            mechanisms.RemoveAll(name => string.Equals(name, exchange.Mechanism, StringComparison.OrdinalIgnoreCase));
        }
    }

    private SaslClientContext Context() => new()
    {
        Service = "pop",
        HostName = login.ServerName,
        // Who asks for a mechanism without the channel does without it: "I could, but you do not offer it" would be a lie, and the server would notice (RFC 5802 §6).
        Channel = login.Only is null || login.Only.EndsWith("-PLUS", StringComparison.OrdinalIgnoreCase) ? channel : null,
        AllowLegacy = login.AllowLegacy,
        AllowPlain = allowsPlain,
    };

    private async ValueTask<Pop3Step> TryAsync(ISaslClientExchange exchange, CancellationToken cancellation)
    {
        var lineLength = dialogue.Connection.MaxLineLength;
        dialogue.Connection.MaxLineLength = MaxChallenge;
        try
        {
            var step = await ExchangeAsync(exchange, cancellation);
            if (dialogue.Ending is not null || !step.IsDone) return step;
            return exchange.AcceptsSuccess() ? step : dialogue.End(Pop3Outcome.NotGenuine, "the server let us in without having proven that it knows us");
        }
        finally
        {
            dialogue.Connection.MaxLineLength = lineLength;
        }
    }

    private async ValueTask<Pop3Step> ExchangeAsync(ISaslClientExchange exchange, CancellationToken cancellation)
    {
        var pending = exchange.Start();
        var command = $"AUTH {exchange.Mechanism}";
        if (pending is { } first && command.Length + 1 + Base64.GetMaxEncodedToUtf8Length(first.Length) + 2 <= MaxCommand)
        {
            pending = null;
            dialogue.WriteEncodedSecret(command + " ", first.Span, ifEmpty: "=");
        }
        else
        {
            dialogue.Write(command);
        }

        for (var turn = 0; turn < MaxChallenges; turn++)
        {
            var step = await dialogue.ReadAsync(dialogue.Options.Timeouts.Login, cancellation, mayAsk: true);
            if (dialogue.Ending is not null || step.Reply is not { IsChallenge: true } challenge) return step;
            var answer = await AnswerAsync(exchange, pending, challenge);
            pending = null;
            if (answer is not { } octets)
            {
                // RFC 5034 §4: "*" calls it off, and the server says -ERR.
                dialogue.Write("*");
                await dialogue.ReadAsync(dialogue.Options.Timeouts.Command, cancellation);
                return dialogue.End(Pop3Outcome.NotGenuine, "the server sent a challenge that is malformed, too weak or not genuine");
            }

            dialogue.WriteEncodedSecret("", octets.Span, ifEmpty: "");
        }

        return dialogue.End(Pop3Outcome.ProtocolError, "the server asks for ever");
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(ISaslClientExchange exchange, ReadOnlyMemory<byte>? pending, Pop3ReplyText challenge)
    {
        var text = Encoding.UTF8.GetBytes(challenge.Words.Trim(' '));
        if (pending is { } first && text.Length == 0) return first;
        if (pending is not null) return null;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, decoded, out _, out var length) != OperationStatus.Done) return null;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // what follows may take long, and others are served by the thread that octets came in on
        var next = exchange.Next(decoded.AsMemory(0, length));
        if (!next.Ok) return null; // no conditional here: its null would be an empty answer
        return next.Octets;
    }
}
