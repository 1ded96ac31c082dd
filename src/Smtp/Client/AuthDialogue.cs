using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Smtp.Client;

/// <summary>AUTH, the client's side (RFC 4954).</summary>
internal sealed class AuthDialogue(SmtpDialogue dialogue, SmtpLogin login, SecureChannel? channel)
{
    private const int MaxChallenge = 12_288 + 6; // octets of a line; RFC 4954 §4
    private const int MaxCommand = 512; // octets; RFC 4954 §4: a longer initial response must wait to be asked for
    private const int MaxChallenges = 16;

    public async ValueTask<SmtpStep> RunAsync(IReadOnlyList<string> mechanisms, CancellationToken cancellation)
    {
        if (dialogue.Ending is { } ended) return ended;
        var offered = mechanisms.ToList();
        SmtpStep? last = null;
        while (true)
        {
            using var exchange = SaslClient.Choose(offered, login.Credentials, Context());
            if (exchange is null) return last ?? new SmtpStep(SmtpOutcome.Unsupported, null, "the server offers no way to log in that we would take");
            last = await TryAsync(exchange, cancellation);
            // RFC 4954 §4: 504 says that the mechanism is not known after all.
            if (dialogue.Ending is not null || last.Reply is not { Code: 504 }) return last;
            offered.RemoveAll(name => string.Equals(name, exchange.Mechanism, StringComparison.OrdinalIgnoreCase));
        }
    }

    private SaslClientContext Context() => new()
    {
        Service = "smtp",
        HostName = login.ServerName,
        Channel = channel,
        AllowLegacy = login.AllowLegacy,
        AllowPlain = login.Plain switch
        {
            PlainPasswords.Always => true,
            PlainPasswords.IfEncrypted => channel is not null,
            _ => dialogue.Connection.Tls is { IsVerified: true },
        },
    };

    private async ValueTask<SmtpStep> TryAsync(ISaslClientExchange exchange, CancellationToken cancellation)
    {
        var lineLength = dialogue.Connection.MaxLineLength;
        dialogue.Connection.MaxLineLength = MaxChallenge;
        try
        {
            var step = await ExchangeAsync(exchange, cancellation);
            if (dialogue.Ending is not null || !step.IsDone) return step;
            return exchange.AcceptsSuccess() ? step : dialogue.End(SmtpOutcome.NotGenuine, "the server let us in without having proven that it knows us");
        }
        finally
        {
            dialogue.Connection.MaxLineLength = lineLength;
        }
    }

    private async ValueTask<SmtpStep> ExchangeAsync(ISaslClientExchange exchange, CancellationToken cancellation)
    {
        var pending = exchange.Start();
        var command = $"AUTH {exchange.Mechanism}";
        if (pending is { } first && command.Length + 1 + Base64.GetMaxEncodedToUtf8Length(first.Length) + 2 <= MaxCommand)
        {
            pending = null;
            dialogue.WriteSecret(command + " ", first.Span, ifEmpty: "=");
        }
        else
        {
            dialogue.Write(command);
        }

        for (var turn = 0; turn < MaxChallenges; turn++)
        {
            var step = await dialogue.ReadAsync(dialogue.Options.Timeouts.Command, cancellation);
            if (dialogue.Ending is not null || !step.IsDone) return step;
            if (step.Reply!.Code == 235) return step;
            if (step.Reply.Code != 334) return dialogue.EndUnexpected(step);
            var answer = await AnswerAsync(exchange, pending, step.Reply);
            pending = null;
            if (answer is not { } octets)
            {
                // RFC 4954 §4: "*" calls it off, and the server says 501.
                await dialogue.AskAsync("*", dialogue.Options.Timeouts.Command, cancellation);
                return dialogue.End(SmtpOutcome.NotGenuine, "the server sent a challenge that is malformed, too weak or not genuine");
            }

            dialogue.WriteSecret("", octets.Span, ifEmpty: "");
        }

        return dialogue.End(SmtpOutcome.ProtocolError, "the server asks for ever");
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(ISaslClientExchange exchange, ReadOnlyMemory<byte>? pending, SmtpReplyText challenge)
    {
        var text = Encoding.UTF8.GetBytes(challenge.Lines[0].Trim(' '));
        if (pending is { } first) return text.Length == 0 ? first : null;
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, decoded, out _, out var length) != OperationStatus.Done) return null;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // what follows may take long, and others are served by the thread that octets came in on
        var next = exchange.Next(decoded.AsMemory(0, length));
        return next.Ok ? next.Octets : null;
    }
}
