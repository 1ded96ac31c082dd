using System.Globalization;
using Merpati.Host.Cli.Saving;
using Merpati.Storage;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Files;

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

    /// <summary>Each into UID.eml of a directory, in place of what was exported there before: whole and on disk, or not at all.</summary>
    public async Task<int> ToFilesAsync(string directory, IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        if (File.Exists(directory)) throw new CommandFailure($"{ControlText.Escape(directory)} is a file, no folder");
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory);
            DurableFile.Flush(Path.GetDirectoryName(directory) ?? "/");
        }

        var exported = 0;
        try
        {
            for (var i = 0; i < uids.Count; i++)
            {
                var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{uids[i]:D10}.eml"));
                if (await ToFileAsync(path, uids[i], cancellation)) exported++;
                _progress.Report((i + 1.0) / uids.Count);
            }
        }
        finally
        {
            DurableFile.Flush(directory);
        }

        return exported;
    }

    /// <summary>All to the end of an mbox or into a Maildir.</summary>
    public async Task<int> ToArchiveAsync(SavePath path, IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        if (uids.Count == 0) return 0;
        using var archive = MessageArchive.Open(path, TimeProvider.System);
        for (var i = 0; i < uids.Count; i++)
        {
            archive.Begin();
            if (await ReadAsync(uids[i], archive.Append, cancellation)) archive.Commit();
            _progress.Report((i + 1.0) / uids.Count);
        }

        archive.Flush();
        return archive.Saved;
    }

    private async Task<bool> ToFileAsync(string path, uint uid, CancellationToken cancellation)
    {
        using var part = new PartFile(path + ".part");
        if (!await ReadAsync(uid, part.Write, cancellation)) return false;
        part.Publish(path, replaces: true);
        return true;
    }

    // False when it was removed meanwhile, be it while it was read.
    private async Task<bool> ReadAsync(uint uid, Action<ReadOnlySpan<byte>> write, CancellationToken cancellation)
    {
        using var reader = await _messages.OpenMessageAsync(_mailboxId, uid, cancellation);
        if (reader is null) return false;
        try
        {
            while (await reader.ReadAsync(cancellation) is { IsEmpty: false } piece) write(piece.Span);
            return true;
        }
        catch (StoreException failure) when (failure.Failure == StoreFailure.Gone)
        {
            return false;
        }
    }
}
