using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Directory;

/// <summary>A person or a group as VRFY and EXPN name it (RFC 5321 §3.5.1).</summary>
/// <param name="Name">The full name, any Unicode text; empty when there is none.</param>
/// <param name="Address">The address.</param>
public sealed record Listed(string Name, EmailAddress Address);

/// <summary>What VRFY or EXPN found.</summary>
public enum BookOutcome
{
    /// <summary>What was asked for.</summary>
    Found,

    /// <summary>Several that fit: <c>553</c> (VRFY only).</summary>
    Ambiguous,

    /// <summary>Nobody.</summary>
    NotFound,

    /// <summary>A user, where a group was asked for (EXPN only): <c>550</c>.</summary>
    NotAGroup,

    /// <summary>A user who has another address now; it is the one entry: <c>251</c> or <c>551</c>.</summary>
    Moved,

    /// <summary>An address of another host, of which nothing is known here: <c>252</c>.</summary>
    Foreign,

    /// <summary>A group that does not show its members.</summary>
    Hidden,

    /// <summary>The directory cannot answer now.</summary>
    Unavailable,
}

/// <summary>The answer to VRFY or EXPN.</summary>
/// <param name="Outcome">What was found.</param>
/// <param name="Entries">Who: one for Found and Moved, the candidates for Ambiguous, the members for EXPN; at most what was asked for.</param>
/// <param name="IsCut">Whether there are more than fit.</param>
public sealed record BookAnswer(BookOutcome Outcome, IReadOnlyList<Listed> Entries, bool IsCut = false)
{
    /// <summary>An answer without entries.</summary>
    public static BookAnswer Of(BookOutcome outcome) => new(outcome, []);
}

/// <summary>What is asked about names and groups, beside the mail (RFC 5321 §3.5). Safe for concurrent callers.</summary>
public interface IAddressBook
{
    /// <summary>
    /// Looks somebody up by local part, full address, or full name or a word of it. <paramref name="text"/> is at most a command line long;
    /// at most <paramref name="limit"/> candidates come back.
    /// </summary>
    ValueTask<BookAnswer> VerifyAsync(string text, int limit, CancellationToken cancellation);

    /// <summary>The members of a group, those of nested groups in their place, each once, at most <paramref name="limit"/>.</summary>
    ValueTask<BookAnswer> ExpandAsync(string text, int limit, CancellationToken cancellation);

    /// <summary>Whether a user may send under an address: his own or an alias that leads to him (RFC 6409 §6.1).</summary>
    ValueTask<bool> MaySendAsAsync(Submitter submitter, EmailAddress address, CancellationToken cancellation);
}
