using Merpati.Mail.Addresses;
using Merpati.Mail.Mime;

namespace Merpati.Host.Cli.Sending;

/// <summary>A message that is ready to go: its text is in a temporary file that only we can read and that goes with it.</summary>
internal sealed class Letter : IAsyncDisposable
{
    private readonly FileStream _spool;

    private Letter(FileStream spool, MailPath sender, IReadOnlyList<EmailAddress> recipients)
    {
        _spool = spool;
        Sender = sender;
        Recipients = recipients;
    }

    /// <summary>Where notices go.</summary>
    public MailPath Sender { get; }

    /// <summary>To whom, each once.</summary>
    public IReadOnlyList<EmailAddress> Recipients { get; }

    /// <summary>Whether it has octets above 127.</summary>
    public bool HasEightBit { get; init; }

    /// <summary>Whether its header has them, as UTF-8.</summary>
    public bool NeedsSmtpUtf8 { get; init; }

    /// <summary>Without angle brackets; empty where it has none that we know.</summary>
    public string MessageId { get; init; } = "";

    public long Length => _spool.Length;

    /// <summary>Writes a draft.</summary>
    public static async Task<Letter> ComposeAsync(MessageDraft draft, CancellationToken cancellation)
    {
        var spool = NewSpool();
        try
        {
            await draft.WriteToAsync(spool, cancellation);
            return new Letter(spool, new MailPath(draft.From.Address), draft.Recipients) { HasEightBit = draft.NeedsSmtpUtf8, NeedsSmtpUtf8 = draft.NeedsSmtpUtf8, MessageId = draft.MessageId };
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a text that is written already.</summary>
    public static Letter Of(FileStream spool, MailPath sender, IReadOnlyList<EmailAddress> recipients, MessageFile file) =>
        new(spool, sender, [.. recipients.Distinct()]) { HasEightBit = file.HasEightBit, NeedsSmtpUtf8 = file.HasUtf8Header };

    /// <summary>A file for a text, gone when it is closed.</summary>
    public static FileStream NewSpool()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Combine(Path.GetTempPath(), $"merpati-{Guid.NewGuid():N}");
        var spool = new FileStream(path, options);
        if (!OperatingSystem.IsWindows()) File.Delete(path); // at once, so that nothing stays behind however this ends
        return spool;
    }

    /// <summary>Its text from the start; <paramref name="progress"/> is told the share that has been read.</summary>
    public SpooledText OpenText(IProgress<double>? progress)
    {
        _spool.Position = 0;
        return new SpooledText(_spool, progress);
    }

    public ValueTask DisposeAsync() => _spool.DisposeAsync();
}
