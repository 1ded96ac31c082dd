using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging;

namespace Merpati.Smtp.Server;

/// <summary>
/// An SMTP server (RFC 5321) with the extensions that <see cref="SmtpExtension"/> lists. It asks the directory about each recipient and hands
/// each message to the intake; it stores nothing itself. One instance serves any number of connections at once.
/// </summary>
public sealed class SmtpService : IConnectionService
{
    /// <summary>A service. Throws <see cref="ArgumentException"/> when an option is out of its range.</summary>
    public SmtpService(SmtpServiceOptions options, SmtpPartners partners, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Partners = partners;
        Time = time;
        Logger = loggers.CreateLogger("Merpati.Smtp.Server");
        Greetings = new SmtpGreetings(options);
    }

    /// <inheritdoc/>
    public int MaxLineLength => Options.MaxLineLength;

    internal SmtpServiceOptions Options { get; }

    internal SmtpPartners Partners { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal SmtpGreetings Greetings { get; }

    /// <inheritdoc/>
    public Task ServeAsync(WireConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new SmtpSession(this, connection).RunAsync();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Refusal(Admission reason)
    {
        var rejection = reason == Admission.AddressFull ? SmtpRejection.AddressFull : SmtpRejection.ServerFull;
        SmtpMetrics.Rejected(SmtpRejections.Of(rejection).Tag);
        return SmtpRejections.Of(rejection).Reply.Octets;
    }
}
