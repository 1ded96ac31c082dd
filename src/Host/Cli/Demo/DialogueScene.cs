using Merpati.Mail.Addresses;

namespace Merpati.Host.Cli.Demo;

/// <summary>What is there before a dialogue begins.</summary>
internal sealed class DialogueScene
{
    /// <summary>The configuration, <c>Key:Sub=value</c> each.</summary>
    public List<string> Assignments { get; } = [];

    /// <summary>The domains, the default one first.</summary>
    public List<Domain> Domains { get; } = [];

    public List<SceneAccount> Accounts { get; } = [];

    public List<SceneGroup> Groups { get; } = [];

    /// <summary>What is in the mailboxes already, in the order in which it came.</summary>
    public List<SceneMessage> Messages { get; } = [];

    /// <summary>The account that a login name means: an address, or its local part; null when there is none.</summary>
    public SceneAccount? FindAccount(string loginName) => Accounts.Find(account =>
        loginName.Equals(account.Address.ToString(), StringComparison.OrdinalIgnoreCase) || loginName.Equals(account.Address.Local.ToString(), StringComparison.OrdinalIgnoreCase));
}
