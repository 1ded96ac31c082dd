using Merpati.Pop3.Server.Texts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging;

namespace Merpati.Pop3.Server;

/// <summary>
/// POP3 (RFC 1939) with CAPA, response codes and pipelining (RFC 2449, RFC 3206), AUTH (RFC 5034), STLS (RFC 2595), LAST (RFC 1460), UTF8 and LANG (RFC 6856).
/// One instance serves any number of connections, with or without TLS from the first octet. Messages are removed only by QUIT, all at once; however else a
/// session ends, nothing is, and what was retrieved is marked as read. Before the UTF8 command, a message that came as internationalized mail and has a header
/// beyond ASCII is not sent at all (-ERR [UTF8]) rather than sent altered; every other message is sent octet for octet as it is stored, in either mode.
/// </summary>
public sealed class Pop3Service : IConnectionService
{
    private const int MaxHostName = 255;

    private readonly Pop3Surroundings _surroundings;
    private readonly byte[] _serverFull;
    private readonly byte[] _addressFull;

    /// <summary>A service over the accounts and the messages given. Throws <see cref="ArgumentException"/> when the host name is none.</summary>
    public Pop3Service(Pop3ServiceOptions options, Pop3Partners partners, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(partners);
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LoginDelay, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DefaultRetention.Days, 0, nameof(options));
        if (options.HostName is not { Length: > 0 and <= MaxHostName } name || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException("the host name is not printable ASCII of at most 255 octets", nameof(options));
        }

        _surroundings = new Pop3Surroundings(options, partners, time, new Pop3Log(loggers.CreateLogger("Merpati.Pop3.Server")));
        var texts = Pop3Texts.Of(options.Language);
        _serverFull = RefusalOf(Pop3Rejection.ServerFull, texts);
        _addressFull = RefusalOf(Pop3Rejection.AddressFull, texts);
    }

    /// <inheritdoc/>
    public int MaxLineLength => _surroundings.Options.MaxLineLength;

    /// <inheritdoc/>
    public async Task ServeAsync(WireConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var session = new Pop3Session(_surroundings, connection);
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
            await session.CloseMaildropAsync();
            _surroundings.Log.SessionEnded(session, connection.Ends.RemoteAddress, ending, _surroundings.Time.GetElapsedTime(started));
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Refusal(Admission reason) => reason == Admission.AddressFull ? _addressFull : _serverFull;

    private static byte[] RefusalOf(Pop3Rejection rejection, Pop3Texts texts)
    {
        var line = new byte[ReplyWriter.MaxLineLength];
        return line[..ReplyWriter.Format(Pop3Reply.Reject(rejection), texts, line)];
    }
}
