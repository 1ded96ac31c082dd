using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Tests;

/// <summary>
/// example.org with alice, bob, пётр, postmaster and user0, user1 …; carol is disabled, about dave it cannot answer; moved, forwarded and the
/// other names of a standing have it, with "8" at the end towards an address beyond ASCII. All else is foreign.
/// </summary>
internal sealed class MemoryDirectory : IDirectory
{
    private static readonly Domain Own = Domain.TryParse("example.org", out var domain) ? domain : throw new FormatException();

    private static readonly EmailAddress New = EmailAddress.TryParse("alice@new.example"u8, out var address) ? address : throw new FormatException();
    private static readonly EmailAddress New8 = EmailAddress.TryParse("пётр@new.example"u8, true, out var address) ? address : throw new FormatException();

    /// <summary>What was asked, in order.</summary>
    public List<RecipientQuestion> Questions { get; } = [];

    public ValueTask<RecipientAnswer> ResolveAsync(RecipientQuestion question, CancellationToken cancellation)
    {
        Questions.Add(question);
        return new(Resolve(question));
    }

    private static RecipientAnswer Resolve(RecipientQuestion question)
    {
        var recipient = question.Recipient;
        if (recipient.Domain is { } domain && !domain.Equals(Own)) return new(RecipientStanding.Foreign);
        return recipient.Local!.Key switch
        {
            "alice" or "bob" or "пётр" or "postmaster" => Local(question),
            "carol" => new(RecipientStanding.Disabled),
            "dave" => new(RecipientStanding.Unavailable),
            var user when user.StartsWith("user", StringComparison.Ordinal) && int.TryParse(user[4..], CultureInfo.InvariantCulture, out _) => Local(question),
            var standing when Enum.TryParse<RecipientStanding>(standing.TrimEnd('8'), ignoreCase: true, out var named) =>
                Local(question) with { Standing = named, NewAddress = standing.EndsWith('8') ? New8 : New },
            _ => new(RecipientStanding.NoSuchUser),
        };
    }

    private static RecipientAnswer Local(RecipientQuestion question) =>
        new(RecipientStanding.Local, new Recipient(new EmailAddress(question.Recipient.Local!, Own)) { Notices = question.Notices });
}
