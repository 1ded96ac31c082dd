using Merpati.Auth;

namespace Merpati.Progin.Server;

/// <summary>What is known of the client, whatever the phase.</summary>
internal sealed class ProginFacts
{
    /// <summary>Whether the way here is such that a password may be taken.</summary>
    public required bool TakesPasswords { get; init; }

    /// <summary>What the client called itself in HELO; empty when it said nothing.</summary>
    public string ClientName { get; set; } = "";

    /// <summary>Who has logged in last, for the log; null when nobody has.</summary>
    public Identity? Identity { get; set; }

    /// <summary>How many bad commands there were.</summary>
    public int Errors { get; set; }

    /// <summary>How many logins failed.</summary>
    public int FailedLogins { get; set; }
}
