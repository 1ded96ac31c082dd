using System.Buffers.Text;
using System.Security.Cryptography;
using Merpati.Auth;
using Merpati.Auth.Sasl;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>One exchange of AUTH on the wire (RFC 4954 §4): base64 in, base64 out. What is said in it is erased and never logged.</summary>
internal sealed class AuthExchange : IDisposable
{
    /// <summary>The longest line of the client, in octets, its CRLF not included (RFC 4954 §4).</summary>
    public const int MaxLineLength = 12288;

    private readonly ISaslExchange _exchange;
    private Identity? _granted; // who it is, while the client has not yet seen what goes with it

    /// <summary>An exchange of a mechanism, which is named as the table of mechanisms does.</summary>
    public AuthExchange(string mechanism, ISaslExchange exchange)
    {
        Mechanism = mechanism;
        _exchange = exchange;
    }

    /// <summary>The mechanism.</summary>
    public string Mechanism { get; }

    /// <summary>Takes what came with the command; <paramref name="initial"/> is empty when nothing did, "=" for an empty response.</summary>
    public ValueTask<SmtpAnswer> BeginAsync(SmtpSession session, ReadOnlyMemory<byte> initial)
    {
        if (initial.IsEmpty) return StepAsync(session, null);
        return initial.Span is [(byte)'='] ? StepAsync(session, Array.Empty<byte>()) : DecodeAsync(session, initial);
    }

    /// <summary>Takes a line of the client.</summary>
    public ValueTask<SmtpAnswer> ContinueAsync(SmtpSession session, ReadOnlyMemory<byte> line)
    {
        // RFC 4954 §4: "*" alone gives up.
        if (line.Span is [(byte)'*']) return new(SmtpRejection.AuthCancelled);
        if (_granted is not { } identity) return DecodeAsync(session, line);

        // RFC 4954 §4: what goes with the success came as a challenge, and the client has nothing to add.
        return new(line.IsEmpty ? Succeed(session, identity) : SmtpRejection.AuthMalformed);
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange.Dispose();

    private async ValueTask<SmtpAnswer> DecodeAsync(SmtpSession session, ReadOnlyMemory<byte> text)
    {
        var octets = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        try
        {
            return TryDecode(text.Span, octets, out var length) ? await StepAsync(session, octets.AsMemory(0, length)) : SmtpRejection.AuthMalformed;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    // RFC 4954 §4, RFC 4648 §4: nothing but the alphabet and the padding; the decoder by itself would pass over spaces.
    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> octets, out int length)
    {
        length = 0;
        if (text.IsEmpty) return true;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'+' or (byte)'/' or (byte)'=')) return false;
        }

        return Base64.DecodeFromUtf8(text, octets, out _, out length) == System.Buffers.OperationStatus.Done;
    }

    private async ValueTask<SmtpAnswer> StepAsync(SmtpSession session, ReadOnlyMemory<byte>? response)
    {
        SaslStep step;
        try
        {
            step = await _exchange.NextAsync(response, CancellationToken.None);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What keeps the accounts throws what it likes, and this project knows none of it. The client may try again.
            SmtpLog.AuthenticationFailed(session.Service.Logger, failure, session.Facts.ClientAddress);
            return SmtpRejection.AuthUnavailable;
        }

        switch (step.Status)
        {
            case SaslStatus.Challenge:
                return Challenge(step.Octets.Span);
            case SaslStatus.Granted when !step.Octets.IsEmpty:
                _granted = step.Identity;
                return Challenge(step.Octets.Span);
            case SaslStatus.Granted:
                return Succeed(session, step.Identity!);
            case SaslStatus.Malformed:
                return SmtpRejection.AuthMalformed;
            case SaslStatus.Unavailable:
                return SmtpRejection.AuthUnavailable;
            case SaslStatus.Throttled:
                return session.NoteAuthFailure(SmtpRejection.AuthThrottled);
            default:
                return session.NoteAuthFailure(SmtpRejection.AuthRefused);
        }
    }

    private SmtpAnswer Succeed(SmtpSession session, Identity identity)
    {
        session.Facts.Submitter = new Submitter(identity.AccountId, identity.Address);
        SmtpLog.Authenticated(session.Service.Logger, session.Facts.ClientAddress, identity.Address, Mechanism);
        return SmtpReplies.Authenticated;
    }

    private static SmtpReply Challenge(ReadOnlySpan<byte> octets)
    {
        // A challenge may be longer than a reply line of RFC 5321 (RFC 4954 §4), and it is not text.
        var line = new byte["334 ".Length + Base64.GetMaxEncodedToUtf8Length(octets.Length) + 2];
        "334 "u8.CopyTo(line);
        Base64.EncodeToUtf8(octets, line.AsSpan(4), out _, out var length);
        "\r\n"u8.CopyTo(line.AsSpan(4 + length));
        return SmtpReply.Encoded(334, line);
    }
}
