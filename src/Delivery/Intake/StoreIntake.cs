using Merpati.Delivery.Routing;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Intake;

/// <summary>Takes messages into the store: to accept is to deliver, there is no queue before the mailboxes.</summary>
public sealed class StoreIntake : IIntake
{
    private readonly QueueIdSource _ids;

    /// <summary>An intake into a store. Spool files that a crash left are removed.</summary>
    public StoreIntake(IntakeSurroundings surroundings, IntakeOptions options)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        ArgumentNullException.ThrowIfNull(options);
        Surroundings = surroundings;
        Options = options;
        Book = new AddressBook(surroundings.Directory);
        Shares = new SenderShares(surroundings.Time);
        Log = surroundings.Loggers.CreateLogger("Merpati.Delivery");
        _ids = new QueueIdSource(surroundings.Time);
        Spool.Clear(options.SpoolDirectory);
    }

    internal IntakeSurroundings Surroundings { get; }

    internal IntakeOptions Options { get; }

    internal AddressBook Book { get; }

    internal SenderShares Shares { get; }

    internal ILogger Log { get; }

    /// <inheritdoc/>
    public IntakeVerdict Ask(long declaredOctets)
    {
        if (declaredOctets > Options.MaxMessageBytes) return IntakeVerdict.TooBig;
        return Surroundings.Messages.HasRoomFor(declaredOctets) ? IntakeVerdict.Accepted : IntakeVerdict.NoSpace;
    }

    /// <inheritdoc/>
    public IIncomingMessage Begin(Envelope envelope, bool callerIsPrompt = false)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return new IncomingMessage(this, envelope, _ids.Next()) { CallerIsPrompt = callerIsPrompt };
    }
}
