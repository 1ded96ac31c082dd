using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging;

namespace Merpati.Progin.Server;

/// <summary>
/// Progin, the simplified course protocol of docs/progin.md: sends through the directory and the intake that SMTP uses, shows the mailboxes that POP3 shows, and removes
/// nothing. One instance serves any number of connections.
/// </summary>
public sealed class ProginService : IConnectionService
{
    private static readonly byte[] ServerFull = RefusalOf(ProginRejection.ServerFull);
    private static readonly byte[] AddressFull = RefusalOf(ProginRejection.AddressFull);

    private readonly ProginSurroundings _surroundings;

    /// <summary>A service over the partners given.</summary>
    public ProginService(ProginServiceOptions options, ProginPartners partners, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(partners);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        _surroundings = new ProginSurroundings(options, partners, time, new ProginLog(loggers.CreateLogger("Merpati.Progin.Server")));
    }

    /// <inheritdoc/>
    public int MaxLineLength => _surroundings.Options.MaxLineLength;

    /// <inheritdoc/>
    public async Task ServeAsync(WireConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var session = new ProginSession(_surroundings, connection);
        var started = _surroundings.Time.GetTimestamp();
        var ending = SessionEnding.Failed;
        try
        {
            ending = await session.RunAsync();

            // What is waiting for a client that does not read would keep an orderly close waiting too.
            if (ending == SessionEnding.NotReading) connection.Abort();
        }
        finally
        {
            _surroundings.Log.SessionEnded(session, connection.Ends.RemoteAddress, ending, _surroundings.Time.GetElapsedTime(started));
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Refusal(Admission reason) => reason == Admission.AddressFull ? AddressFull : ServerFull;

    private static byte[] RefusalOf(ProginRejection rejection) => Encoding.ASCII.GetBytes(ProginReply.Reject(rejection).Line + "\r\n");
}
