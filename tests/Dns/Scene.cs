using Merpati.Transcripts;

namespace Merpati.Dns.Tests;

/// <summary>A resolver that asks scripted servers only, and a clock that stands still.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ScriptedServer[] _servers;

    public Scene(params Action<Asked>[] scripts)
        : this(new DnsResolverOptions(), scripts)
    {
    }

    public Scene(DnsResolverOptions options, params Action<Asked>[] scripts)
    {
        _servers = [.. scripts.Select(script => new ScriptedServer(script))];
        Resolver = new DnsResolver(options with { Servers = [.. _servers.Select(server => server.Address)], Timeout = Patience }, Time);
    }

    public FakeTime Time { get; } = new();

    public DnsResolver Resolver { get; }

    public ScriptedServer Server => _servers[0];

    public IReadOnlyList<ScriptedServer> Servers => _servers;

    public static DnsName Name(string text) => DnsName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));

    /// <summary>Asks the resolver. What never ends, since the clock stands still, fails.</summary>
    public Task<DnsAnswer> AskAsync(string name, DnsType type, CancellationToken cancellation = default) =>
        Resolver.QueryAsync(Name(name), type, cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Resolver.DisposeAsync();
        foreach (var server in _servers) await server.DisposeAsync();
    }
}
