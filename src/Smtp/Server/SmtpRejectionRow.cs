using Merpati.Mail.Addresses;
using Merpati.Mail.Status;
using Merpati.Smtp.Grammar;
using Microsoft.Extensions.Logging;

namespace Merpati.Smtp.Server;

/// <summary>Which budget of the session a refusal is charged to.</summary>
internal enum RejectionCost
{
    /// <summary>None: an honest client meets it too.</summary>
    Free,

    /// <summary>That of commands that bring no message nearer.</summary>
    Idle,

    /// <summary>That of protocol errors.</summary>
    Error,
}

/// <summary>What there is to say about one rejection.</summary>
/// <param name="Rejection">Which.</param>
/// <param name="Code">The reply code (RFC 5321 §4.2.3).</param>
/// <param name="Status">The enhanced code (RFC 3463, RFC 5248).</param>
/// <param name="Text">The words.</param>
internal sealed record SmtpRejectionRow(SmtpRejection Rejection, int Code, EnhancedStatusCode Status, string Text)
{
    /// <summary>The name in metrics and logs; it never changes.</summary>
    public required string Tag { get; init; }

    /// <summary>The budget it is charged to.</summary>
    public RejectionCost Cost { get; init; }

    /// <summary>How loudly it is logged.</summary>
    public LogLevel Level { get; init; } = LogLevel.Debug;

    /// <summary>The reply, encoded once.</summary>
    public SmtpReply Reply { get; } = SmtpReply.Create(Code, Status, Text);

    /// <summary>
    /// The reply that names the path it is about, from its canonical form. A path beyond ASCII is named as it is: it was only taken from a
    /// client that can read it.
    /// </summary>
    public SmtpReply ReplyAbout(MailPath path) => SmtpReply.Create(Code, Status, takesUtf8: true, $"{path}... {Text}");

    /// <summary>The reply that names the address to use instead (RFC 5321 §3.4).</summary>
    public SmtpReply ReplyWith(EmailAddress newAddress) => SmtpReply.Create(Code, Status, takesUtf8: true, $"User not local; please try <{newAddress}>");
}
