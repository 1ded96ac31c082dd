using Merpati.Auth;
using Merpati.Mail.Directory;
using Merpati.Mail.Intake;
using Merpati.Storage.Accounts;
using Merpati.Storage.Messages;

namespace Merpati.Progin.Server;

/// <summary>Whom a Progin server asks.</summary>
/// <param name="Authenticator">Checks names and passwords.</param>
/// <param name="Directory">Who is this address?</param>
/// <param name="Intake">Take this message.</param>
/// <param name="Messages">Holds the mailboxes.</param>
public sealed record ProginPartners(IAuthenticator Authenticator, IDirectory Directory, IIntake Intake, IMessageStore Messages)
{
    /// <summary>Knows the full names that stand before senders' addresses; without it there are none.</summary>
    public IAddressBook? AddressBook { get; init; }

    /// <summary>The domain whose addresses are shown as names alone; without it none are.</summary>
    public DefaultDomain? DefaultDomain { get; init; }
}
