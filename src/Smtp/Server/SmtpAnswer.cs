using Merpati.Mail.Addresses;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>What a command comes to: a reply and, where it says no, the reason. Without a reply there is nobody left to tell.</summary>
internal readonly record struct SmtpAnswer(SmtpReply? Reply, SmtpRejection? Rejection = null)
{
    /// <summary>The client has gone away in the middle of it.</summary>
    public static readonly SmtpAnswer ClientGone;

    public static implicit operator SmtpAnswer(SmtpReply reply) => new(reply);

    public static implicit operator SmtpAnswer(SmtpRejection rejection) => new(SmtpRejections.Of(rejection).Reply, rejection);

    /// <summary>A refusal that names the path it is about.</summary>
    public static SmtpAnswer Refuse(SmtpRejection rejection, MailPath path) => new(SmtpRejections.Of(rejection).ReplyAbout(path), rejection);
}
