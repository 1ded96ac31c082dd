using System.Globalization;
using Merpati.Mail.Mime;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary><c>fetch --show</c>: messages to be read at a terminal, decoded as they come; or, raw, octet for octet.</summary>
internal sealed class MessageShow : MessageReceiver, IReadableMessageSink, IDisposable
{
    private readonly bool _isRaw;
    private readonly bool _hasTitles;
    private readonly Stream _octets = Console.OpenStandardOutput();
    private readonly TextWriter _writer;
    private readonly TerminalText _text;
    private readonly OctetProgress? _progress;
    private readonly Refusals _refused = new();
    private MessageReader? _reader;
    private bool _hasHeader;

    private MessageShow(IReadOnlyList<Pop3Entry> wanted, FetchOrder order)
        : base(wanted)
    {
        _isRaw = order.Raw;
        _hasTitles = wanted.Count > 1;
        _writer = new StreamWriter(_octets, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 8 * 1024, leaveOpen: true);
        _text = new TerminalText(_writer);
        // On a terminal the message itself is the progress.
        _progress = order.ShowsProgress && Console.IsOutputRedirected ? new OctetProgress("reading", wanted) : null;
    }

    public static async Task RunAsync(MaildropVisit visit, FetchOrder order, CancellationToken cancellation)
    {
        var (_, chosen) = await visit.ChooseAsync(order.Messages, cancellation);
        using var show = new MessageShow(chosen, order);
        var step = await visit.Client.RetrieveAsync([.. chosen.Select(entry => entry.Number)], show, cancellation);
        show.Finish();
        if (visit.Client.Ending is not null) throw visit.Failure(step);
        if (show._refused.Count > 0) throw show._refused.ToFailure();
    }

    public void Header(ReadableHeader header)
    {
        _hasHeader = true;
        Field("From", header.From);
        Field("To", header.To);
        Field("Cc", header.Cc);
        Field("Date", header.Date?.ToLocalTime().ToString("ddd, d MMM yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture) ?? "");
        Field("Subject", header.Subject);
        _text.Write("\n");
    }

    public void Text(ReadOnlySpan<char> text) => _text.Write(text);

    public void Attachment(AttachmentHeader attachment)
    {
        _text.EndLine();
        _text.WriteLine(attachment.Name.Length > 0 ? $"[attachment: {attachment.Name} ({attachment.MediaType})]" : $"[attachment: {attachment.MediaType}]");
    }

    public void Dispose()
    {
        _progress?.Dispose();
        _writer.Dispose();
        _octets.Dispose();
    }

    protected override void Begin(Pop3Entry entry)
    {
        if (_isRaw) return;
        if (_hasTitles) _text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(Answered > 0 ? "\n" : "")}--- message {entry.Number}, {entry.Octets} octets ---"));
        _hasHeader = false;
        _reader = new MessageReader(this);
    }

    protected override void Take(ReadOnlySpan<byte> octets)
    {
        if (_isRaw) _octets.Write(octets);
        else _reader!.Write(octets);
        _progress?.Add(octets.Length);
    }

    protected override bool End(Pop3Entry entry, long octets)
    {
        if (_isRaw) return true;
        _reader!.Complete();
        if (!_hasHeader) _text.Write("\n");
        Finish();
        return true;
    }

    protected override bool Refuse(Pop3Entry entry, string reason)
    {
        _refused.Add(entry.Number, reason);
        return true;
    }

    private void Finish()
    {
        if (_isRaw) return;
        _text.EndLine();
        _writer.Flush();
    }

    private void Field(string name, string value)
    {
        if (value.Length > 0) _text.WriteLine($"{name}: {ControlText.Escape(value)}");
    }
}
