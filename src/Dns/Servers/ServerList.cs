using System.Net;

namespace Merpati.Dns.Servers;

/// <summary>The servers that are asked: the configured ones, or those of resolv.conf as it is now. Safe for concurrent callers.</summary>
internal sealed class ServerList
{
    private const int MaxFileOctets = 64 * 1024;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly string? _file;
    private NameServer[] _servers = [];
    private long _lookedAt;
    private (DateTime Changed, long Length) _seen;

    public ServerList(DnsResolverOptions options, TimeProvider time)
    {
        _time = time;
        _file = options.Servers.Count == 0 ? options.ResolvConf : null;
        if (_file is null) Use(options.Servers);
        else Look(_file);
    }

    /// <summary>In the order in which to ask them: as configured, those that were silent lately at the end.</summary>
    public IReadOnlyList<NameServer> InOrder()
    {
        NameServer[] servers;
        lock (_gate)
        {
            if (_file is not null && _time.GetElapsedTime(_lookedAt) >= LookInterval) Look(_file);
            servers = _servers;
        }

        return servers.Length == 1 ? servers : [.. servers.OrderBy(server => server.WasSilent)];
    }

    private void Look(string file)
    {
        _lookedAt = _time.GetTimestamp();
        try
        {
            var state = new FileInfo(file);
            var seen = state.Exists ? (state.LastWriteTimeUtc, state.Length) : default;
            if (seen == _seen && _servers.Length > 0) return;
            _seen = seen;
            Use(state.Exists && state.Length <= MaxFileOctets ? Read(file) : []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It is being replaced just now, or is not for us: what is known holds until the next look.
            _seen = default;
            if (_servers.Length == 0) Use([]);
        }
    }

    private static IReadOnlyList<IPEndPoint> Read(string file)
    {
        using var text = new StreamReader(file);
        return ResolvConf.Read(text);
    }

    // resolv.conf(5): where no server is named, the one on this machine.
    private void Use(IReadOnlyList<IPEndPoint> addresses)
    {
        var wanted = addresses.Count > 0 ? addresses : [new IPEndPoint(IPAddress.Loopback, 53)];
        _servers = [.. wanted.Select(address => Array.Find(_servers, server => server.Address.Equals(address)) ?? new NameServer(address, _time))];
    }
}
