using Merpati.Auth.Legacy;
using Merpati.Delivery.Collecting;
using Merpati.Host.Configuration;
using Merpati.Pop3.Client;
using Merpati.Storage;
using Merpati.Storage.Collecting;
using Merpati.Wire.Connecting;

namespace Merpati.Host.Composition;

/// <summary>The way in from other servers: the sources that accounts collect from, each in its time.</summary>
internal sealed class CollectedMail : IAsyncDisposable
{
    private const int MaxListing = 1_000_000;

    private readonly SecretSealer _sealer;

    private CollectedMail(MaildropCollector collector, SecretSealer sealer)
    {
        _sealer = sealer;
        Service = new CollectService(collector, OpenPassword, new CollectServiceOptions());
    }

    /// <summary>The service, not started yet.</summary>
    public CollectService Service { get; }

    /// <summary>Makes it. Throws <see cref="KeyFileException"/> when the key file cannot be trusted.</summary>
    public static CollectedMail Create(IMailStore store, Settings settings, OutgoingSurroundings surroundings) =>
        new(Collector(store, settings, surroundings), KeyFolder.OpenSealer(surroundings.DataDirectory));

    /// <summary>What runs over one source.</summary>
    public static MaildropCollector Collector(IMailStore store, Settings settings, OutgoingSurroundings surroundings) => Collector(store, settings, surroundings, Pop3Manner.Default);

    /// <summary>What runs over one source, in a manner of its own.</summary>
    public static MaildropCollector Collector(IMailStore store, Settings settings, OutgoingSurroundings surroundings, Pop3Manner manner)
    {
        var time = surroundings.Time;
        var options = ServiceOptions.Collecting(settings, surroundings.DataDirectory);
        var client = new Pop3ClientOptions { MaxMessageOctets = options.MaxMessageBytes, MaxMessages = MaxListing, Transcript = manner.Transcript };
        var connector = new Pop3Connector(client, new OutgoingOptions { Heartbeat = surroundings.Heartbeat, Time = time });
        return new MaildropCollector(new CollectSurroundings(store, new Pop3Maildrops(new Pop3Opening(connector) { OnlyWay = manner.OnlyWay }), time, surroundings.Loggers), options);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _sealer.Dispose();
    }

    private byte[]? OpenPassword(CollectSource source) => _sealer.TryOpen(source.Settings.SealedPassword, source.Settings.Account, out var password) ? password : null;
}
