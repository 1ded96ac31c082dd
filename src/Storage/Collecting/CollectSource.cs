using Merpati.Mail.Addresses;

namespace Merpati.Storage.Collecting;

/// <summary>What is done at the other server with a message that was collected.</summary>
public enum CollectAfter
{
    /// <summary>It stays there.</summary>
    Keep,

    /// <summary>It is deleted there, once it is durable here.</summary>
    Delete,
}

/// <summary>What is asked of TLS at the other server. The values are stored: they never change.</summary>
public enum CollectTls
{
    /// <summary>TLS with a certificate that is valid for the server's name.</summary>
    Verified = 0,

    /// <summary>TLS, whatever the certificate.</summary>
    Unverified = 1,

    /// <summary>No TLS.</summary>
    None = 2,
}

/// <summary>A source to be added or changed.</summary>
/// <param name="Account">Into whose inbox its mail goes.</param>
/// <param name="Server">The maildrop as a URL in canonical form, without a password: <c>pop3://user@host:110/</c> or <c>pop3s://user@host:995/</c>.</param>
public sealed record NewCollectSource(EmailAddress Account, string Server)
{
    /// <summary>What is done there with what was collected.</summary>
    public CollectAfter After { get; init; }

    /// <summary>What is asked of TLS.</summary>
    public CollectTls Tls { get; init; }

    /// <summary>The password there, sealed; null when it is given anew for each run.</summary>
    public string? SealedPassword { get; init; }

    /// <summary>How long after a run the next one comes; null when the server does not run it by itself.</summary>
    public TimeSpan? Interval { get; init; }
}

/// <summary>A source as it is kept.</summary>
/// <param name="Id">Its number, never used twice.</param>
/// <param name="AccountId">The number of the account.</param>
/// <param name="InboxId">The number of the account's inbox.</param>
/// <param name="Settings">What is set for it.</param>
/// <param name="LastRun">How the last run went; null before the first.</param>
/// <param name="Collected">How many messages all its runs have collected.</param>
public sealed record CollectSource(long Id, long AccountId, long InboxId, NewCollectSource Settings, CollectRun? LastRun, long Collected);

/// <summary>How a run over a source went.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Messages">How many messages it collected.</param>
/// <param name="Failure">What went wrong, in a line; null when nothing did.</param>
public sealed record CollectRun(DateTimeOffset At, int Messages, string? Failure);

/// <summary>What names a message in a source.</summary>
/// <param name="SourceId">The source.</param>
/// <param name="UniqueId">Its unique-id there (RFC 1939 §7), at most 70 octets.</param>
public sealed record CollectedMessage(long SourceId, string UniqueId);
