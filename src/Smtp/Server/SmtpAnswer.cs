using Merpati.Mail.Addresses;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>What a command comes to: a reply and, where it says no, the reason. Without a reply there is nobody left to tell.</summary>
internal readonly record struct SmtpAnswer(SmtpReply? Reply, SmtpRejection? Rejection = null)
{
    /// <summary>The client has gone away in the middle of it.</summary>
    public static readonly SmtpAnswer ClientGone;

    /// <summary>There is nothing to say.</summary>
    public static readonly SmtpAnswer Silence = new(SmtpReply.Silence);

    private readonly bool _continues;

    /// <summary>Whether the command's continuation has its turn when this is written: after a 3xx reply, and where the command says so.</summary>
    public bool Continues
    {
        get => _continues || Reply is { IsIntermediate: true };
        init => _continues = value;
    }

    public static implicit operator SmtpAnswer(SmtpReply reply) => new(reply);

    public static implicit operator SmtpAnswer(SmtpRejection rejection) => new(SmtpRejections.Of(rejection).Reply, rejection);

    /// <summary>A refusal that names the path it is about.</summary>
    public static SmtpAnswer Refuse(SmtpRejection rejection, MailPath path) => new(SmtpRejections.Of(rejection).ReplyAbout(path), rejection);

    /// <summary>A refusal that names the address to use instead.</summary>
    public static SmtpAnswer TryInstead(EmailAddress newAddress) =>
        new(SmtpRejections.Of(SmtpRejection.UserMoved).ReplyWith(newAddress), SmtpRejection.UserMoved);
}
