using System.Globalization;
using Merpati.Progin.Grammar;

namespace Merpati.Progin.Client;

/// <summary>Sends one text after DATA. What is not whole is never ended as if it were.</summary>
internal sealed class TextPush(ProginDialogue dialogue)
{
    private const int SliceLength = 16 * 1024; // octets read and written at once

    private readonly byte[] _slice = new byte[SliceLength];
    private TextEncoder _encoder = new(endsInBareLineFeed: false);
    private long _octets;

    public async ValueTask<ProginSending> RunAsync(string? subject, Stream text, CancellationToken cancellation)
    {
        dialogue.Write("DATA");
        if (subject is not null) dialogue.Write($"subject: {subject}");
        dialogue.Write("content:");
        while (dialogue.Ending is null)
        {
            var length = await ReadAsync(text, cancellation);
            if (length == 0) break;
            _octets += length;
            _encoder.Write(_slice.AsSpan(0, length), dialogue.Connection.Output);
            if (await PassOnAsync(cancellation) is { } trouble) return new ProginSending(trouble, MayHaveArrived: false);
        }

        if (dialogue.Ending is { } ended) return new ProginSending(ended, MayHaveArrived: false);
        _encoder.End(dialogue.Connection.Output);
        dialogue.Options.Transcript?.Client(string.Create(CultureInfo.InvariantCulture, $"[{_octets} octets]"));
        dialogue.Options.Transcript?.Client(".");
        var step = await dialogue.ReadReplyAsync(dialogue.Options.DataEndTimeout, cancellation);
        return new ProginSending(step, MayHaveArrived: step.Outcome is not (ProginOutcome.Done or ProginOutcome.Refused));
    }

    private async ValueTask<int> ReadAsync(Stream text, CancellationToken cancellation)
    {
        try
        {
            return await text.ReadAsync(_slice, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            dialogue.End(ProginOutcome.Cancelled, "cancelled");
            return 0;
        }
        catch
        {
            dialogue.End(ProginOutcome.Lost, "the text could not be read");
            throw;
        }
    }

    // Null when the server takes it. One that speaks before the end has had enough: nothing that follows would be heard.
    private async ValueTask<ProginStep?> PassOnAsync(CancellationToken cancellation)
    {
        var isTaken = await dialogue.Connection.FlushIfLargeAsync(dialogue.Options.DataTimeout);
        if (cancellation.IsCancellationRequested) return dialogue.End(ProginOutcome.Cancelled, "cancelled");
        if (isTaken && !dialogue.Connection.HasBufferedInput) return null;
        var word = await dialogue.ReadReplyAsync(dialogue.Options.LeaveTimeout, cancellation);
        if (word.Outcome == ProginOutcome.Done) word = new ProginStep(ProginOutcome.ProtocolError, "the server answered before the end of the text");
        dialogue.Finish(word);
        dialogue.Connection.Abort();
        return word;
    }
}
