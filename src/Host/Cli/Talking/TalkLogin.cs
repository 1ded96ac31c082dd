using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Host.Cli.Talking;

/// <summary>Logs in on request: asks for what is missing, runs the exchange and shows it, secrets hidden.</summary>
internal sealed class TalkLogin(TalkSession session)
{
    private const int MaxChallenges = 16;
    private const int MaxMechanisms = 50;

    private ITalkConsole Console => session.Console;

    private bool IsPrivate => session.Connection.Tls is not null || session.Connection.IsLoopback;

    /// <summary>A SASL exchange, by the mechanism that is named or the strongest that is offered and safe here.</summary>
    public async Task RunAsync(TalkPlan plan)
    {
        if (plan.Mechanism is null && session.Protocol.Mechanisms.Count == 0) await AskForOffersAsync();
        if (session.Ending is not null) return;
        var refusal = Refusal(plan.Mechanism);
        if (refusal is not null && Console.IsInteractive)
        {
            Console.Note(refusal);
            return;
        }

        // What a script has ready as a password must not be taken for the next command, and be said in the clear.
        if ((plan.User ?? await AskAsync("User: ", isSecret: false)) is not { Length: > 0 } user) return;
        if (await AskAsync("Password: ", isSecret: true) is not { Length: > 0 } password) return;
        if (refusal is not null)
        {
            Console.Note(refusal);
            return;
        }

        var octets = OctetText.Encode(password);
        using var credentials = new SaslCredentials(user, octets);
        CryptographicOperations.ZeroMemory(octets);
        using var exchange = Choose(plan.Mechanism, credentials);
        if (exchange is null)
        {
            Console.Note($"of what the server offers ({string.Join(", ", session.Protocol.Mechanisms.Take(MaxMechanisms))}) nothing is safe here; to insist, name it: AUTH MECHANISM");
            return;
        }

        await ExchangeAsync(exchange);
    }

    /// <summary>APOP (RFC 1939 §7): MD5 of the greeting's timestamp and the password.</summary>
    public async Task RunDigestAsync(string user)
    {
        var timestamp = session.Protocol.Timestamp;
        if (timestamp is null) Console.Note("there is no timestamp in the server's greeting, so it has no APOP");
        if (timestamp is null && Console.IsInteractive) return;
        if (await AskAsync("Password: ", isSecret: true) is not { Length: > 0 } password || timestamp is null) return;
        var octets = OctetText.Encode(password);
        var digest = Encoding.ASCII.GetString(ApopDigest.Compute(Encoding.ASCII.GetBytes(timestamp), octets));
        CryptographicOperations.ZeroMemory(octets);
        session.Say($"APOP {user} {digest}", $"APOP {user} ...", isTyped: false);
        await session.FollowAsync();
    }

    /// <summary>A command that ends in a password, which is asked for.</summary>
    public async Task AddPasswordAsync(string line)
    {
        if (await AskAsync("Password: ", isSecret: true) is not { Length: > 0 } password) return;
        session.Say($"{line.TrimEnd()} {password}", $"{line.TrimEnd()} ...", isTyped: false);
        await session.FollowAsync();
    }

    // RFC 2449 §5: CAPA may be said at any time. EHLO needs a name, which is for the user to choose.
    private async Task AskForOffersAsync()
    {
        if (session.Protocol.SaslService != "pop") return;
        session.Say("CAPA", "CAPA", isTyped: false);
        await session.HearAsync();
    }

    // Why it is not even tried; null when it is.
    private string? Refusal(string? mechanism)
    {
        if (session.Protocol.SaslService is null) return "this protocol has no such login";
        if (mechanism is null && session.Protocol.Mechanisms.Count == 0) return $"how one can log in is not known: {(session.Protocol.SaslService == "smtp" ? "say EHLO first, or " : "")}name a way: AUTH MECHANISM";
        if (mechanism is SaslMechanisms.ScramSha256Plus or SaslMechanisms.ScramSha1Plus && session.Connection.Tls is null) return $"{mechanism} binds the login to TLS, and there is none: start TLS first"; // RFC 5802 §6
        return mechanism is SaslMechanisms.Plain or SaslMechanisms.Login && !IsPrivate
            ? $"{mechanism} would show the password to everybody on the way: start TLS first, or choose another (by hand, .raw AUTH {mechanism} still goes)"
            : null;
    }

    // Without a mechanism only what neither a listener nor the wrong server learns the password from. Who names one gets it.
    private ISaslClientExchange? Choose(string? mechanism, SaslCredentials credentials)
    {
        var offered = session.Protocol.Mechanisms;
        var channel = session.Connection.Tls is { } tls ? new SecureChannel(tls.ServerEndPoint, tls.Exporter, null) : null;
        var context = new SaslClientContext
        {
            Service = session.Protocol.SaslService!,
            HostName = session.Connection.ServerName,
            Channel = channel,
            AllowPlain = mechanism is not null || session.Connection.IsLoopback || session.Connection.Tls is { IsVerified: true },
            AllowLegacy = mechanism is not null,
        };
        if (mechanism is null) return SaslClient.Choose(offered, credentials, context);

        // RFC 5802 §6: "could bind, but you do not offer it" is only true where the offer is known and it is not in it.
        var mayOffer = offered.Count == 0 || offered.Contains(mechanism + "-PLUS", StringComparer.OrdinalIgnoreCase);
        if (mayOffer && mechanism is SaslMechanisms.ScramSha256 or SaslMechanisms.ScramSha1) context = context with { Channel = null };
        return SaslClient.Choose([mechanism], credentials, context);
    }

    // RFC 4954 §4, RFC 5034 §4
    private async Task ExchangeAsync(ISaslClientExchange exchange)
    {
        var first = exchange.Start();
        var command = $"AUTH {exchange.Mechanism}";
        var withFirst = first is { } octets ? $"{command} {(octets.IsEmpty ? "=" : Encode(octets))}" : command;
        var isFirstSaid = withFirst.Length + 2 <= session.Protocol.MaxAuthCommand;
        if (!isFirstSaid) withFirst = command;
        session.Say(withFirst, SpokenSecrets.Hide(withFirst), isTyped: false);
        var pending = isFirstSaid ? null : first;
        for (var turn = 0; turn < MaxChallenges; turn++)
        {
            if (await session.HearAsync() is not { } reply) return;
            if (reply.Next != TalkNext.Answer)
            {
                if (reply.Status.StartsWith("235", StringComparison.Ordinal) || TalkWords.IsVerb(reply.Status, "+OK")) Judge(exchange);
                return;
            }

            var answer = Answer(exchange, pending, reply.Status);
            pending = null;
            if (answer is null) Console.Warn("the server's challenge is malformed, too weak or not genuine: the login is called off");
            session.SayAnswer(answer ?? "*", isTyped: false);
        }

        session.End(new TalkEnding(ExitStatus.Failed, "the server asks for ever"));
    }

    private void Judge(ISaslClientExchange exchange)
    {
        if (exchange.AcceptsSuccess()) return;
        Console.Warn("CAREFUL: the server let you in without having proven that it knows the password; it may be another one");
        session.Transcript.Remark("the server did not prove that it knows the password");
    }

    private static string? Answer(ISaslClientExchange exchange, ReadOnlyMemory<byte>? pending, string status)
    {
        var text = TalkWords.Of(status) is [_, var challenge, ..] ? challenge : "";
        if (pending is { } first) return text.Length == 0 ? Encode(first) : null;
        var octets = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, octets, out var length)) return null;
        var step = exchange.Next(octets.AsMemory(0, length));
        return step.Ok ? Encode(step.Octets) : null;
    }

    private static string Encode(ReadOnlyMemory<byte> octets) => Convert.ToBase64String(octets.Span);

    // Null when it is called off.
    private async Task<string?> AskAsync(string prompt, bool isSecret)
    {
        var answer = await session.AskAsync(new TalkQuestion(prompt) { IsSecret = isSecret });
        if (session.Ending is not null) return null;
        if (answer.Kind == TalkAnswerKind.Line && answer.Text.Length > 0) return answer.Text;
        Console.Note("called off");
        return null;
    }
}
