using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Host.Configuration;
using Merpati.Smtp.Server;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Composition;

/// <summary>The way in: the directory, the intake and the queue that what is for other hosts goes into. A server has it, and a command that takes mail itself.</summary>
internal sealed class Reception : IAsyncDisposable
{
    private Reception(MailDirectory directory, StoreIntake intake, OutgoingMail outgoing, TerminalHub terminals)
    {
        Directory = directory;
        Intake = intake;
        Outgoing = outgoing;
        Terminals = terminals;
    }

    public MailDirectory Directory { get; }

    public StoreIntake Intake { get; }

    /// <summary>The way out; its queue is not started yet.</summary>
    public OutgoingMail Outgoing { get; }

    public TerminalHub Terminals { get; }

    /// <summary>What SMTP needs of it.</summary>
    public SmtpPartners Partners => new(Directory, Intake) { AddressBook = new AddressBook(Directory), OnDemand = Outgoing.OnDemand };

    public static async Task<Reception> OpenAsync(IMailStore store, Settings settings, OutgoingSurroundings surroundings)
    {
        var terminals = new TerminalHub();
        var defaultDomain = new DefaultDomain(store.Accounts, settings.Get(SettingTable.DefaultDomain));
        var relaying = OutgoingMail.Relay(settings, await defaultDomain.FindAsync(CancellationToken.None), surroundings.DataDirectory);
        var directory = new MailDirectory(store.Accounts, store.Addresses, defaultDomain, terminals, ServiceOptions.Routing(settings) with { Relay = relaying });
        var outgoing = OutgoingMail.Create(store, directory, settings, surroundings);
        var intake = new StoreIntake(
            new IntakeSurroundings(store.Messages, directory, terminals, surroundings.Time, surroundings.Loggers) { Routes = outgoing.Routes, QueueGrew = outgoing.Queue.Signal, Notices = outgoing.Notices },
            ServiceOptions.Intake(settings, surroundings.DataDirectory));
        return new Reception(directory, intake, outgoing, terminals);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Outgoing.DisposeAsync();
}
