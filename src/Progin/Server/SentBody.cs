using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Progin.Grammar;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Server;

/// <summary>
/// Hands the body of a message to the intake, under its header, in a transfer encoding in which it survives (RFC 2045 §6). A short body is looked at as a whole first and
/// goes as it is if it can; a long one goes as quoted-printable or base64, which take anything, so that no more than 64 KiB is ever held. Which of them makes less of its
/// beginning is taken: each makes a third more of a text that suits it, and quoted-printable up to three times as much of one that does not.
/// </summary>
internal sealed class SentBody(SentHead head, IIntake intake) : IOctetSink, IAsyncDisposable
{
    private const int MaxHeld = 64 * 1024; // octets
    private const int MaxLine = 998; // RFC 5322 §2.1.1

    private ArrayBufferWriter<byte>? _held = new();
    private IBodyEncoder? _encoder;
    private IIncomingMessage? _message;
    private Utf8Watch _utf8;
    private string? _subject;
    private bool _isAscii = true;
    private int _line; // octets of the line that we are in
    private int _longest;

    /// <summary>The message's name; null when it did not come so far.</summary>
    public QueueId? Id => _message?.Id;

    /// <summary>Takes the subject, which comes before the body.</summary>
    public void SetSubject(ReadOnlySpan<byte> subject)
    {
        if (!Utf8.IsValid(subject)) _utf8.Append([0xFF]); // no more than that it is broken is of interest
        else _subject = Encoding.UTF8.GetString(subject).Trim(' ', '\t');
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
        _utf8.Append(octets);
        if (_utf8.IsBroken) return; // it will be refused
        if (_held is null)
        {
            _encoder!.Write(octets);
            return;
        }

        Measure(octets);
        _held.Write(octets);
        if (_held.WrittenCount > MaxHeld) BeginEncoded();
    }

    /// <summary>The body has ended: why it cannot be sent; null when it can.</summary>
    public ProginRejection? Finish()
    {
        _utf8.End();
        if (_utf8.IsBroken) return ProginRejection.TextNotUtf8;
        if (_held is not null && _longest > MaxLine) BeginEncoded();
        if (_held is null)
        {
            _encoder!.Finish();
            return null;
        }

        Begin(_isAscii ? BodyType.SevenBit : BodyType.EightBitMime, _isAscii ? "7bit" : "8bit");
        _message!.Append(_held.WrittenSpan);
        return null;
    }

    /// <summary>Stores the message, durably.</summary>
    public ValueTask<IntakeVerdict> CommitAsync() => _message!.CommitAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _message?.DisposeAsync() ?? default;

    private void Measure(ReadOnlySpan<byte> octets)
    {
        _isAscii = _isAscii && Ascii.IsValid(octets);
        while (true)
        {
            var lineFeed = octets.IndexOf((byte)'\n');
            _line += lineFeed < 0 ? octets.Length : lineFeed;
            _longest = Math.Max(_longest, _line - 1); // its CR is counted, too
            if (lineFeed < 0) return;
            _line = 0;
            octets = octets[(lineFeed + 1)..];
        }
    }

    private void Begin(BodyType body, string transferEncoding)
    {
        _message = intake.Begin(head.Envelope(body), callerIsPrompt: true);
        _message.Append(head.Header(_subject, transferEncoding));
    }

    private void BeginEncoded()
    {
        var octets = _held!.WrittenSpan;
        var isBinary = Expansion(octets) > octets.Length / 3;
        Begin(BodyType.SevenBit, isBinary ? "base64" : "quoted-printable");
        var sink = new MessageSink(_message!);
        _encoder = isBinary ? new Base64Encoder(sink) : new QuotedPrintableEncoder(sink);
        _encoder.Write(octets);
        _held = null;
    }

    // What quoted-printable adds; base64 always adds a third.
    private static int Expansion(ReadOnlySpan<byte> octets)
    {
        var added = 0;
        foreach (var octet in octets) added += QuotedPrintableEncoder.IsLiteral(octet) ? 0 : 2;
        return added;
    }

    private sealed class MessageSink(IIncomingMessage message) : IOctetSink
    {
        public void Append(ReadOnlySpan<byte> octets) => message.Append(octets);
    }
}
