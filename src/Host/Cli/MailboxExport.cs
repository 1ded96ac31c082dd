using System.Globalization;
using Merpati.Host.Cli.Saving;
using Merpati.Storage.Messages;

namespace Merpati.Host.Cli;

/// <summary>Writes the messages of a mailbox into files.</summary>
internal sealed class MailboxExport
{
    private readonly IMessageStore _messages;
    private readonly long _mailboxId;
    private readonly ProgressLine _progress;

    public MailboxExport(IMessageStore messages, long mailboxId, ProgressLine progress)
    {
        _messages = messages;
        _mailboxId = mailboxId;
        _progress = progress;
    }

    /// <summary>Writes a message as it is kept; false when it is gone.</summary>
    public static async Task<bool> CopyAsync(IMessageStore messages, (long Mailbox, uint Uid) which, Stream output, CancellationToken cancellation)
    {
        using var reader = await messages.OpenMessageAsync(which.Mailbox, which.Uid, cancellation);
        if (reader is null) return false;
        while (await reader.ReadAsync(cancellation) is { IsEmpty: false } piece) await output.WriteAsync(piece, cancellation);
        await output.FlushAsync(cancellation);
        return true;
    }

    /// <summary>Each into UID.eml of a directory, in place of what was exported there before.</summary>
    public async Task<int> ToFilesAsync(string directory, IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        for (var i = 0; i < uids.Count; i++)
        {
            var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{uids[i]:D10}.eml"));
            await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write)) await CopyAsync(_messages, (_mailboxId, uids[i]), file, cancellation);
            _progress.Report((i + 1.0) / uids.Count);
        }

        return uids.Count;
    }

    /// <summary>All to the end of an mbox or into a Maildir.</summary>
    public async Task<int> ToArchiveAsync(SavePath path, IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        if (uids.Count == 0) return 0;
        using var archive = MessageArchive.Open(path, TimeProvider.System);
        for (var i = 0; i < uids.Count; i++)
        {
            using var reader = await _messages.OpenMessageAsync(_mailboxId, uids[i], cancellation);
            if (reader is null) continue; // removed meanwhile
            archive.Begin();
            while (await reader.ReadAsync(cancellation) is { IsEmpty: false } piece) archive.Append(piece.Span);
            archive.Commit();
            _progress.Report((i + 1.0) / uids.Count);
        }

        archive.Flush();
        return archive.Saved;
    }
}
