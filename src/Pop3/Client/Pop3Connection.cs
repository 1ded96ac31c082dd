using Merpati.Wire.Connecting;

namespace Merpati.Pop3.Client;

/// <summary>
/// A connection to a maildrop that is greeted, secured and logged in to as was asked. Disposing closes it, with QUIT only where that removes nothing: messages that
/// are marked as deleted stay (RFC 1939 §6) unless <see cref="Pop3Client.QuitAsync"/> was called.
/// </summary>
public sealed class Pop3Connection : IAsyncDisposable
{
    private readonly OutgoingConnection _connection;

    internal Pop3Connection(OutgoingConnection connection, Pop3Client client)
    {
        _connection = connection;
        Client = client;
    }

    /// <summary>The client over it.</summary>
    public Pop3Client Client { get; }

    /// <summary>The version of TLS and the cipher suite; empty without TLS.</summary>
    public string Tls => Client.Tls is { } tls ? $"{tls.Protocol} {tls.CipherSuite}" : "";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Client is { Ending: null, HasMarked: false }) await Client.QuitAsync(CancellationToken.None);
        await _connection.DisposeAsync();
    }
}
