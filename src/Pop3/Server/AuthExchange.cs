using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Merpati.Auth.Sasl;
using Merpati.Storage;
using Merpati.Wire.Connections;

namespace Merpati.Pop3.Server;

/// <summary>One exchange of AUTH on the wire (RFC 5034 §4): base64 in, base64 out. What is said in it is erased and never logged.</summary>
internal sealed class AuthExchange(Pop3Session session, string mechanism, ISaslExchange exchange)
{
    /// <summary>The longest line of the client, in octets, its CRLF not included (RFC 5034 §4).</summary>
    public const int MaxLineLength = 12288;

    private static readonly SaslStep Malformed = new(SaslStatus.Malformed);

    /// <summary>Goes through it; <paramref name="initial"/> is what came with the command, empty when nothing did, "=" for an empty response.</summary>
    public async ValueTask<Pop3Reply> RunAsync(ReadOnlyMemory<byte> initial)
    {
        try
        {
            var step = initial.IsEmpty ? await StepAsync(null)
                : initial.Span is [(byte)'='] ? await StepAsync(Array.Empty<byte>())
                : await DecodeAsync(initial);

            // RFC 5034 §4: what goes with a success is sent as a challenge, and the client has nothing to add.
            while (step.Status == SaslStatus.Challenge || (step.Status == SaslStatus.Granted && !step.Octets.IsEmpty))
            {
                WriteChallenge(step.Octets.Span);
                var status = await session.ReadAnswerAsync();
                if (status == LineStatus.TooLong) return Pop3Reply.Reject(Pop3Rejection.AuthLineTooLong);
                if (status != LineStatus.Line) return session.EndOf(status);
                if (session.Line.Span is [(byte)'*']) return Pop3Reply.Reject(Pop3Rejection.AuthCancelled);
                step = step.Status == SaslStatus.Challenge ? await DecodeAsync(session.Line)
                    : session.Line.IsEmpty ? step with { Octets = default } : Malformed;
            }

            return await ConcludeAsync(step);
        }
        catch (OperationCanceledException)
        {
            return session.Abandon();
        }
    }

    private ValueTask<Pop3Reply> ConcludeAsync(SaslStep step)
    {
        var trial = new LoginTrial(mechanism, null);
        return step.Status switch
        {
            SaslStatus.Granted => MaildropLogin.EnterAsync(session, trial, step.Identity!),
            SaslStatus.Malformed => new(Pop3Reply.Reject(Pop3Rejection.AuthMalformed)),
            SaslStatus.Unavailable => new(session.RefuseLogin(trial, Pop3Rejection.LoginUnavailable)),
            SaslStatus.Throttled => new(session.RefuseLogin(trial, Pop3Rejection.LoginThrottled)),
            _ => new(session.RefuseLogin(trial, Pop3Rejection.BadLogin)),
        };
    }

    private async ValueTask<SaslStep> DecodeAsync(ReadOnlyMemory<byte> text)
    {
        var octets = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        try
        {
            return TryDecode(text.Span, octets, out var length) ? await StepAsync(octets.AsMemory(0, length)) : Malformed;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    // RFC 5034 §4, RFC 4648 §4: nothing but the alphabet and the padding; the decoder by itself would pass over spaces.
    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> octets, out int length)
    {
        length = 0;
        if (text.IsEmpty) return true;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'+' or (byte)'/' or (byte)'=')) return false;
        }

        return Base64.DecodeFromUtf8(text, octets, out _, out length) == OperationStatus.Done;
    }

    private async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? response)
    {
        try
        {
            return await exchange.NextAsync(response, session.BeginWait());
        }
        catch (StoreException failure)
        {
            session.Classify(failure, Pop3Rejection.LoginUnavailable, Pop3Rejection.LoginUnavailable);
            return new SaslStep(SaslStatus.Unavailable);
        }
        finally
        {
            session.EndWait();
        }
    }

    private void WriteChallenge(ReadOnlySpan<byte> octets)
    {
        // A challenge may be longer than a reply line of RFC 2449.
        var line = new byte["+ "u8.Length + Base64.GetMaxEncodedToUtf8Length(octets.Length) + "\r\n"u8.Length];
        "+ "u8.CopyTo(line);
        Base64.EncodeToUtf8(octets, line.AsSpan("+ "u8.Length), out _, out var length);
        "\r\n"u8.CopyTo(line.AsSpan("+ "u8.Length + length));
        session.Writer.Write(line);
    }
}
