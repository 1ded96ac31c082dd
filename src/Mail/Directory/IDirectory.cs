namespace Merpati.Mail.Directory;

/// <summary>The question that every protocol asks: who is this address? Safe for concurrent callers.</summary>
public interface IDirectory
{
    /// <summary>
    /// Judges one recipient at RCPT time. The answer holds for this moment; what an administrator changes is seen by the next call.
    /// </summary>
    ValueTask<RecipientAnswer> ResolveAsync(RecipientQuestion question, CancellationToken cancellation);
}
