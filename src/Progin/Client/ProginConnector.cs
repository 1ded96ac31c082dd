using System.Net;
using Merpati.Wire.Connecting;

namespace Merpati.Progin.Client;

/// <summary>A connection to a server that has been greeted. Disposing takes leave, if the connection still lasts, and closes it.</summary>
public sealed class ProginConnection : IAsyncDisposable
{
    private readonly OutgoingConnection _connection;

    internal ProginConnection(OutgoingConnection connection, ProginClient client)
    {
        _connection = connection;
        Client = client;
    }

    /// <summary>The client over it.</summary>
    public ProginClient Client { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Client.QuitAsync(CancellationToken.None);
        await _connection.DisposeAsync();
    }
}

/// <summary>Makes connections to Progin servers. What goes wrong is a value. Safe for concurrent callers.</summary>
public sealed class ProginConnector
{
    private readonly ProginClientOptions _options;
    private readonly OutgoingOptions _outgoing;

    /// <summary>A connector whose clients behave so.</summary>
    public ProginConnector(ProginClientOptions options, OutgoingOptions outgoing)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(outgoing);
        _options = options;
        _outgoing = outgoing;
    }

    /// <summary>The connection, or the step that failed. Throws <see cref="OperationCanceledException"/> only.</summary>
    public async ValueTask<(ProginConnection? Connection, ProginStep? Failure)> ConnectAsync(IPEndPoint server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        var attempt = await OutgoingConnection.ConnectAsync(server, _outgoing, cancellation);
        if (attempt.Connection is not { } wire)
        {
            return (null, new ProginStep(attempt.Outcome == ConnectOutcome.TimedOut ? ProginOutcome.TimedOut : ProginOutcome.Lost, attempt.Fault ?? "no connection"));
        }

        var connection = new ProginConnection(wire, new ProginClient(wire.Wire, _options));
        var step = await connection.Client.HelloAsync(cancellation);
        if (step.IsDone) return (connection, null);
        await connection.DisposeAsync();
        cancellation.ThrowIfCancellationRequested();
        return (null, step);
    }
}
