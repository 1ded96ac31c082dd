using Merpati.Auth;
using Merpati.Auth.Sasl;

namespace Merpati.Pop3.Server;

/// <summary>What is known of the client, whatever the phase. STLS begins anew with nothing but the counts of what went wrong (RFC 2595 §4).</summary>
internal sealed class Pop3Facts
{
    /// <summary>Whether the way here is such that a plain password may be asked for.</summary>
    public required bool TakesPlainPasswords { get; init; }

    /// <summary>What the mechanisms of AUTH are to know of the connection; null before somebody asked, for it costs channel bindings.</summary>
    public SaslContext? Sasl { get; set; }

    /// <summary>The mechanisms that are offered; null before somebody asked.</summary>
    public IReadOnlyList<string>? Mechanisms { get; set; }

    /// <summary>The argument of the last USER; null when PASS has used it up.</summary>
    public string? LoginName { get; set; }

    /// <summary>Whether the client has asked for UTF-8 with the UTF8 command (RFC 6856 §2).</summary>
    public bool IsUtf8 { get; set; }

    /// <summary>Who it is; null before the login.</summary>
    public Identity? Identity { get; set; }

    /// <summary>How the client logged in: PASS, APOP or the mechanism's name; null before the login.</summary>
    public string? LoginWay { get; set; }

    /// <summary>How many bad commands there were.</summary>
    public int Errors { get; set; }

    /// <summary>How many logins failed.</summary>
    public int FailedLogins { get; set; }
}
