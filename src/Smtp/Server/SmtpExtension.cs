using System.Globalization;

namespace Merpati.Smtp.Server;

/// <summary>A line of the answer to EHLO (RFC 5321 §4.1.1.1).</summary>
/// <param name="Text">The keyword and its parameters.</param>
/// <param name="When">Whether a session may use it now; null for always. It must depend on what a session is, never on what time it is.</param>
internal sealed record SmtpExtension(string Text, Func<SmtpSession, bool>? When = null)
{
    /// <summary>The lines of a server, in the order in which they are given. At most 64.</summary>
    public static IReadOnlyList<SmtpExtension> Of(SmtpServiceOptions options) =>
    [
        new("PIPELINING"),
        new(string.Create(CultureInfo.InvariantCulture, $"SIZE {options.MaxMessageBytes}")),
        new("8BITMIME"),
        new("ENHANCEDSTATUSCODES"),
        new("VRFY"),
        new("HELP"),
    ];
}
