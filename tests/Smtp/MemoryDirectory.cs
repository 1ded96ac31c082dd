using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Tests;

/// <summary>example.org with alice, bob, postmaster and user0, user1 …; carol is disabled, about dave it cannot answer. All else is foreign.</summary>
internal sealed class MemoryDirectory : IDirectory
{
    private static readonly Domain Own = Domain.TryParse("example.org", out var domain) ? domain : throw new FormatException();

    public ValueTask<RecipientAnswer> ResolveAsync(RecipientQuestion question, CancellationToken cancellation) => new(Resolve(question.Recipient));

    private static RecipientAnswer Resolve(MailPath recipient)
    {
        if (recipient.Domain is { } domain && !domain.Equals(Own)) return new(RecipientStanding.Foreign);
        return recipient.Local!.Key switch
        {
            "alice" or "bob" or "postmaster" => Local(recipient),
            "carol" => new(RecipientStanding.Disabled),
            "dave" => new(RecipientStanding.Unavailable),
            var user when user.StartsWith("user", StringComparison.Ordinal) && int.TryParse(user[4..], CultureInfo.InvariantCulture, out _) => Local(recipient),
            _ => new(RecipientStanding.NoSuchUser),
        };
    }

    private static RecipientAnswer Local(MailPath recipient) =>
        new(RecipientStanding.Local, new Recipient(new EmailAddress(recipient.Local!, Own)));
}
