using Merpati.Delivery.Collecting;
using Merpati.Host.Composition;
using Merpati.Pop3.Client;
using Merpati.Wire.Connecting;

namespace Merpati.Host.Cli.Fetching;

/// <summary>A session with a maildrop for somebody at a terminal. What goes wrong is a <see cref="CommandFailure"/>.</summary>
internal sealed class MaildropVisit
{
    private const int MaxListing = 1_000_000;
    private const long NoLimit = long.MaxValue / 4; // MessageReceiver measures each message by what was said of it

    private readonly MaildropUrl _url;

    private MaildropVisit(Pop3Client client, MaildropUrl url)
    {
        Client = client;
        _url = url;
    }

    public Pop3Client Client { get; }

    /// <summary>The server's URL, as it is noted.</summary>
    public string Url => _url.ToString();

    /// <summary>Goes there and does what was ordered. Ctrl-C breaks it off.</summary>
    public static async Task RunAsync(FetchOrder order, MaildropWay way, Func<FetchPassword> askPassword, CancellationToken cancellation)
    {
        using var password = askPassword();
        using var stop = new FetchStop(cancellation);
        var options = new Pop3ClientOptions { MaxMessageOctets = NoLimit, MaxMessages = MaxListing, Transcript = way.Manner.Transcript };
        var opening = new Pop3Opening(new Pop3Connector(options, new OutgoingOptions())) { OnlyWay = way.Manner.OnlyWay };
        try
        {
            var (connection, _, fault) = await opening.OpenAsync(new RemoteLogin(way.Url, way.Tls, password.Octets), stop.Finish);
            if (connection is null) throw new CommandFailure(fault!.Text);
            await using (connection) await new MaildropVisit(connection.Client, way.Url).DoAsync(order, stop.Finish);
        }
        catch (OperationCanceledException)
        {
            throw new CommandFailure("stopped; nothing was done");
        }
    }

    /// <summary>The messages there.</summary>
    public async Task<Pop3Listing> ListAsync(CancellationToken cancellation)
    {
        var (listing, step) = await Client.ListAsync(cancellation);
        return listing ?? throw Failure(step);
    }

    /// <summary>The messages that are meant: all, or those that were named.</summary>
    public async Task<(Pop3Listing All, IReadOnlyList<Pop3Entry> Chosen)> ChooseAsync(MessageRanges? ranges, CancellationToken cancellation)
    {
        var listing = await ListAsync(cancellation);
        return (listing, ranges?.Select(listing) ?? listing);
    }

    /// <summary>Removes messages for good; how many were removed.</summary>
    public async Task<int> RemoveAsync(IReadOnlyList<int> numbers, CancellationToken cancellation)
    {
        var deletion = await Client.DeleteAsync(numbers, cancellation);
        if (!deletion.Step.IsDone) throw new CommandFailure($"{Explain(deletion.Step)}; nothing was removed there");
        var quit = await Client.QuitAsync(cancellation);
        if (!quit.IsDone) throw new CommandFailure($"whether the messages were removed there is not known: {Explain(quit)}");
        if (deletion.Refused is [var first, ..]) throw new CommandFailure($"{_url.Host} does not remove {CollectArguments.Messages(deletion.Refused.Count)}, as message {first}; {deletion.Marked} removed");
        return deletion.Marked;
    }

    public CommandFailure Failure(Pop3Step step) => new(Explain(step));

    /// <summary>What went wrong, in a line.</summary>
    public string Explain(Pop3Step step) => step.Outcome == Pop3Outcome.Cancelled ? "stopped" : Pop3Faults.Of(step, _url).Text;

    private Task DoAsync(FetchOrder order, CancellationToken cancellation) => order.Act switch
    {
        FetchAct.Stat => MaildropStat.RunAsync(this, order, cancellation),
        FetchAct.List => HeaderListing.RunAsync(this, order, cancellation),
        FetchAct.Show => MessageShow.RunAsync(this, order, cancellation),
        FetchAct.Save => MessageSaving.RunAsync(this, order, cancellation),
        _ => MaildropRemoval.RunAsync(this, order, cancellation),
    };
}
