using Merpati.Wire.Connecting;

namespace Merpati.Smtp.Client;

/// <summary>A connection to a server that is greeted, secured and logged in to as was asked. Disposing says QUIT where that makes sense, and closes it.</summary>
public sealed class SmtpConnection : IAsyncDisposable
{
    private readonly OutgoingConnection _connection;

    internal SmtpConnection(OutgoingConnection connection, SmtpClient client)
    {
        _connection = connection;
        Client = client;
    }

    /// <summary>The client over it.</summary>
    public SmtpClient Client { get; }

    /// <summary>The version of TLS and the cipher suite; empty without TLS.</summary>
    public string Tls => Client.Tls is { } tls ? $"{tls.Protocol} {tls.CipherSuite}" : "";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Client.Standing != SmtpStanding.Closed) await Client.QuitAsync(CancellationToken.None);
        await _connection.DisposeAsync();
    }
}
