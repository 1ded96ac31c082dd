using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Messages;

namespace Merpati.Host.Cli.Sending;

/// <summary>The envelope as far as the command line gives it.</summary>
/// <param name="Sender">Who sends; null when that was not said.</param>
/// <param name="Recipients">To whom; empty when that was not said.</param>
internal sealed record GivenEnvelope(MailPath? Sender, IReadOnlyList<EmailAddress> Recipients);

/// <summary>A ready message on its way into a spool: octet for octet, with each bare LF made a CRLF and the last line ended.</summary>
internal sealed class MessageFile
{
    private const int MaxHeader = 256 * 1024; // octets kept of the fields that name somebody
    private const int MaxMailboxes = 10_000;
    private const int From = 0;
    private const int To = 1;
    private const int Cc = 2;
    private const int Bcc = 3;

    private readonly HeaderFields _fields = new(MaxHeader, "From", "To", "Cc", "Bcc");
    private readonly string _name;
    private long _line = 1;
    private byte _previous;
    private bool _hasEightBitHeader;
    private readonly Decoder _utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private bool _isUtf8 = true;

    private MessageFile(string name) => _name = name;

    public bool HasEightBit { get; private set; }

    /// <summary>Whether its header has UTF-8 beyond ASCII (RFC 6532).</summary>
    public bool HasUtf8Header => _hasEightBitHeader && _isUtf8;

    /// <summary>Reads a file, or standard input where it is named "-".</summary>
    public static async Task<Letter> ReadAsync(string path, StandardInput input, GivenEnvelope given, CancellationToken cancellation)
    {
        var file = new MessageFile(path == "-" ? "standard input" : ControlText.Escape(path));
        await using var source = path == "-" ? input.Stream : ReadableFile.Open(path);
        var spool = Letter.NewSpool();
        try
        {
            await file.SpoolAsync(source, spool, cancellation);
            if (file._fields.Count(Bcc) > 0) Console.Error.WriteLine($"merpati: note: {file._name} has a Bcc field; it is sent as it stands, for all to read, and it makes nobody a recipient");
            return Letter.Of(spool, given.Sender ?? file.Sender(), given.Recipients.Count > 0 ? given.Recipients : file.Recipients(), file);
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    private async Task SpoolAsync(Stream source, FileStream spool, CancellationToken cancellation)
    {
        var piece = new byte[64 * 1024];
        var lines = new byte[2 * piece.Length];
        while (await source.ReadAsync(piece, cancellation) is > 0 and var length) await spool.WriteAsync(lines.AsMemory(0, Convert(piece.AsSpan(0, length), lines)), cancellation);
        if (spool.Length == 0) throw new CommandFailure($"{_name} holds no message: it is empty");
        if (_previous == (byte)'\r') throw BareReturn();
        if (_previous != (byte)'\n') await spool.WriteAsync("\r\n"u8.ToArray(), cancellation);
        await spool.FlushAsync(cancellation);
        _fields.Finish();
    }

    // Bare CRs are not sent: what one server takes for a line end another one does not (RFC 5321 §2.3.8).
    private int Convert(ReadOnlySpan<byte> piece, Span<byte> lines)
    {
        var length = 0;
        foreach (var octet in piece)
        {
            if (_previous == (byte)'\r' && octet != (byte)'\n') throw BareReturn();
            if (octet == (byte)'\n')
            {
                if (_previous != (byte)'\r') lines[length++] = (byte)'\r';
                _line++;
            }

            lines[length++] = octet;
            _previous = octet;
        }

        Look(lines[..length]);
        return length;
    }

    private void Look(ReadOnlySpan<byte> octets)
    {
        HasEightBit |= octets.ContainsAnyInRange((byte)0x80, (byte)0xFF);
        if (_fields.IsFinished) return;
        Span<char> character = stackalloc char[4];
        foreach (var octet in octets)
        {
            _fields.Append([octet]);
            _hasEightBitHeader |= octet > 127;
            _isUtf8 &= !character[.._utf8.GetChars([octet], character, flush: false)].Contains('\uFFFD');
            if (_fields.IsFinished) return;
        }
    }

    private CommandFailure BareReturn() =>
        new(string.Create(CultureInfo.InvariantCulture, $"line {_line} of {_name} has a CR that ends no line; no server takes that"));

    private MailPath Sender()
    {
        var mailboxes = Mailboxes(From);
        return mailboxes.Count > 0 ? new MailPath(mailboxes[0]) : throw new CommandFailure($"{_name} does not say who sends; say it with --from ADDRESS", ExitStatus.WrongUsage);
    }

    private List<EmailAddress> Recipients()
    {
        List<EmailAddress> recipients = [.. Mailboxes(To), .. Mailboxes(Cc)];
        if (recipients.Count == 0) throw new CommandFailure($"there are no recipients in {_name}; name them with --to ADDRESS", ExitStatus.WrongUsage);
        return recipients;
    }

    private List<EmailAddress> Mailboxes(int field)
    {
        var mailboxes = new List<EmailAddress>();
        if (_fields.IsCut(field)) throw new CommandFailure($"the header of {_name} names too many to be read; name them with --to ADDRESS");
        foreach (var body in _fields.Bodies(field))
        {
            if (MailboxList.TryRead(body.Span, MaxMailboxes, mailboxes)) continue;
            throw new CommandFailure($"the {FieldName(field)} field of {_name} is no list of addresses; give the envelope with --from and --to");
        }

        return mailboxes;
    }

    private static string FieldName(int field) => field switch { From => "From", To => "To", _ => "Cc" };
}
