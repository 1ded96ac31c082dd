using Merpati.Mail.Mime;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary><c>fetch --list</c>: the messages with what their headers say (TOP n 0, RFC 1939 §7), a line each as they come; without TOP only what LIST and UIDL say.</summary>
internal sealed class HeaderListing : MessageReceiver, IReadableMessageSink
{
    private readonly MessageTable _table;
    private readonly bool _isTopKnown;
    private MessageReader? _reader;
    private ReadableHeader? _header;

    private HeaderListing(IReadOnlyList<Pop3Entry> wanted, MessageTable table, bool isTopKnown)
        : base(wanted)
    {
        _table = table;
        _isTopKnown = isTopKnown;
    }

    /// <summary>Why there are no headers; null when there are.</summary>
    private string? WithoutTop { get; set; }

    public static async Task RunAsync(MaildropVisit visit, FetchOrder order, CancellationToken cancellation)
    {
        var (_, chosen) = await visit.ChooseAsync(order.Messages, cancellation);
        if (chosen.Count == 0 && !order.Json)
        {
            Console.Out.WriteLine("the maildrop is empty");
            return;
        }

        var offered = visit.Client.Capabilities;
        var mayHaveTop = !offered.IsKnown || offered.HasTop;
        var table = MessageTable.Create(Console.Out, order.Json, chosen, mayHaveTop, Console.IsOutputRedirected || Console.WindowWidth <= 0 ? null : Console.WindowWidth);
        var listing = new HeaderListing(chosen, table, offered.HasTop) { WithoutTop = mayHaveTop ? null : "the server does not offer TOP" };
        table.Begin();
        var step = mayHaveTop && chosen.Count > 0 ? await visit.Client.TopAsync([.. chosen.Select(entry => entry.Number)], 0, listing, cancellation) : null;
        if (visit.Client.Ending is null)
        {
            for (var i = listing.Answered; i < chosen.Count; i++) table.Row(chosen[i], null);
        }

        table.End();
        if (step is not null && visit.Client.Ending is not null) throw visit.Failure(step);
        if (listing.WithoutTop is { } why) Console.Error.WriteLine($"merpati: note: {why}, so there are no dates, senders and subjects");
    }

    public void Header(ReadableHeader header) => _header = header;

    public void Text(ReadOnlySpan<char> text)
    {
        // a list shows none
    }

    public void Attachment(AttachmentHeader attachment)
    {
        // nor these
    }

    protected override void Begin(Pop3Entry entry)
    {
        _header = null;
        _reader = new MessageReader(this);
    }

    protected override void Take(ReadOnlySpan<byte> octets) => _reader!.Write(octets);

    protected override bool End(Pop3Entry entry, long octets)
    {
        _reader!.Complete();
        _table.Row(entry, _header);
        return true;
    }

    // A server that does not tell what it can do may not know TOP, which is optional: it is not asked again then.
    protected override bool Refuse(Pop3Entry entry, string reason)
    {
        _table.Row(entry, null);
        if (_isTopKnown) return true;
        WithoutTop ??= "the server does not know TOP";
        return false;
    }
}
