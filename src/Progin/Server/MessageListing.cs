using System.Buffers;
using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Mail.Mime;
using Merpati.Storage;
using Merpati.Storage.Messages;

namespace Merpati.Progin.Server;

/// <summary>Shows messages one after the other, each streamed in small pieces: nothing of the store is open while the client is waited for.</summary>
internal sealed class MessageListing
{
    private const int Slice = 8 * 1024; // octets of a message that are decoded at once

    private readonly ProginSession _session;
    private readonly Domain? _defaultDomain;

    private MessageListing(ProginSession session, Domain? defaultDomain)
    {
        _session = session;
        _defaultDomain = defaultDomain;
    }

    private IMessageStore Messages => _session.Surroundings.Partners.Messages;

    private long MailboxId => _session.Reader!.InboxId;

    public static async ValueTask<MessageListing> CreateAsync(ProginSession session)
    {
        var domain = session.Surroundings.Partners.DefaultDomain is { } known ? await known.FindAsync(CancellationToken.None) : null;
        return new MessageListing(session, domain);
    }

    /// <summary>Shows one message, or a note in its place; false when the client does not read.</summary>
    public async ValueTask<bool> ShowAsync(uint uid, int number)
    {
        _session.Writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"MAIL {number}"));
        var shown = new ShownMessage(_session.Writer.EndsInBareLineFeed);
        var reader = new MessageReader(shown);
        var isHeadWritten = false;
        try
        {
            using var message = await Messages.OpenMessageAsync(MailboxId, uid, CancellationToken.None);
            if (message is null) throw new StoreException(StoreFailure.Gone, "removed meanwhile");
            for (var left = message.Size; left > 0;)
            {
                var piece = await message.ReadAsync(CancellationToken.None);
                if (piece.IsEmpty || piece.Length > left) throw new StoreException(StoreFailure.Corrupt, "a message is not as long as the store says");
                left -= piece.Length;
                for (; !piece.IsEmpty; piece = piece[Math.Min(Slice, piece.Length)..])
                {
                    reader.Write(piece.Span[..Math.Min(Slice, piece.Length)]);
                    isHeadWritten = await WriteHeadAsync(shown, uid, isHeadWritten);
                    if (isHeadWritten && !await WritePendingAsync(shown)) return false;
                }
            }

            reader.Complete();
            isHeadWritten = await WriteHeadAsync(shown, uid, isHeadWritten);
        }
        catch (StoreException failure)
        {
            if (failure.Failure != StoreFailure.Gone) _session.Report(failure);
            if (isHeadWritten) reader.Complete(); // what has come of it is shown
            else WriteHead(new ReadableHeader(), null);
            shown.Note(NoteOf(failure.Failure, isHeadWritten));
        }

        shown.End();
        return await WritePendingAsync(shown);
    }

    private static string NoteOf(StoreFailure failure, bool isInside) => (failure, isInside) switch
    {
        (StoreFailure.Gone, _) => "[This message was removed meanwhile.]",
        (_, true) => "[The rest of this message cannot be read now.]",
        _ => "[This message cannot be read now.]",
    };

    // Whether the header has been written now.
    private async ValueTask<bool> WriteHeadAsync(ShownMessage shown, uint uid, bool isWritten)
    {
        if (isWritten || shown.Head is not { } head) return isWritten;
        var at = head.Date ?? (await Messages.FindEntryAsync(MailboxId, uid, CancellationToken.None))?.InternalDate;
        WriteHead(head, at);
        return true;
    }

    private void WriteHead(ReadableHeader head, DateTimeOffset? at)
    {
        var writer = _session.Writer;
        writer.WriteLine(ShownMessage.Line("To", ShownMessage.Shorten(head.To, _defaultDomain)));
        writer.WriteLine(ShownMessage.Line("From", ShownMessage.Shorten(head.From, _defaultDomain)));
        writer.WriteLine(ShownMessage.Line("Time", at is { } moment ? ShownMessage.Day(moment, _session.Surroundings.Time.LocalTimeZone) : ""));
        writer.WriteLine(ShownMessage.Line("Subject", head.Subject));
    }

    private ValueTask<bool> WritePendingAsync(ShownMessage shown)
    {
        _session.Writer.Output.Write(shown.Pending);
        shown.Clear();
        return _session.Writer.FlushIfLargeAsync();
    }
}
