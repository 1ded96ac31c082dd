using Merpati.Mail.Addresses;
using Merpati.Wire.Connecting;
using Merpati.Wire.Connections;

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
    public string Tls => Client.TlsText;

    /// <summary>
    /// Asks the server to become the client and to send, over this connection, what waits there for us: with ATRN (RFC 2645), for <paramref name="domains"/> or for
    /// all that are ours there when none is named. When it says yes, serve <see cref="Reversed"/>, which lasts until this is disposed.
    /// </summary>
    public Task<SmtpStep> ReverseAsync(IReadOnlyList<Domain> domains, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domains);
        return ReverseAsync(domains.Count == 0 ? "ATRN" : $"ATRN {string.Join(',', domains)}", cancellation);
    }

    /// <summary>The same with TURN (RFC 821 §3.8), which knows no domains.</summary>
    public Task<SmtpStep> TurnAsync(CancellationToken cancellation) => ReverseAsync("TURN", cancellation);

    /// <summary>The connection whose roles have been reversed; null when they have not.</summary>
    public WireConnection? Reversed { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Client.Standing != SmtpStanding.Closed) await Client.QuitAsync(CancellationToken.None);
        await _connection.DisposeAsync();
    }

    private async Task<SmtpStep> ReverseAsync(string command, CancellationToken cancellation)
    {
        var step = await Client.ReverseAsync(command, cancellation);
        if (step.IsDone && Client.Ending == step) Reversed = _connection.Wire;
        return step;
    }
}
