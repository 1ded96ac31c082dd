using System.Buffers;
using System.Globalization;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Client;

/// <summary>How the sending of a text ended.</summary>
/// <param name="IsWhole">Whether all of it was written, its end too.</param>
/// <param name="Step">What went wrong; null when nothing did.</param>
/// <param name="IsUnfit">Whether it was the text's own fault: it cannot go by DATA.</param>
internal readonly record struct TextOutcome(bool IsWhole, SmtpStep? Step = null, bool IsUnfit = false);

/// <summary>Sends the text of a message, its octets untouched. What is not whole is never ended as if it were.</summary>
internal sealed class TextSender(SmtpDialogue dialogue, IOutgoingText text, CancellationToken cancellation)
{
    private const int SliceLength = 16 * 1024; // octets written at once

    private readonly long _began = dialogue.Time.GetTimestamp();
    private readonly TimeSpan _patience = PatienceFor(text.Length, dialogue.Options.Timeouts);
    private NewlineGuard _guard;

    /// <summary>After 354: with dots stuffed, up to the lone dot, which goes out with the wait for the reply (RFC 5321 §4.1.1.4, §4.5.2).</summary>
    public async ValueTask<TextOutcome> SendDottedAsync()
    {
        var encoder = new DotTextEncoder();
        var outcome = await SendAsync(slice =>
        {
            if (!_guard.Allows(slice)) return false;
            encoder.Write(slice, dialogue.Connection.Output);
            return true;
        });
        if (!outcome.IsWhole) return outcome;
        if (_guard.EndsInBareCr) return Unfit();
        encoder.End(dialogue.Connection.Output);
        return outcome;
    }

    /// <summary>As one chunk, whose octets may be anything (RFC 3030 §2).</summary>
    public ValueTask<TextOutcome> SendChunkAsync()
    {
        dialogue.Write(string.Create(CultureInfo.InvariantCulture, $"BDAT {text.Length} LAST"));
        return SendAsync(slice =>
        {
            dialogue.Connection.Output.Write(slice);
            return true;
        });
    }

    private delegate bool SliceWriter(ReadOnlySpan<byte> slice);

    private async ValueTask<TextOutcome> SendAsync(SliceWriter write)
    {
        long sent = 0;
        while (true)
        {
            var piece = await ReadAsync();
            if (dialogue.Ending is { } ended) return new TextOutcome(false, ended);
            if (piece.IsEmpty) break;
            sent += piece.Length;
            if (sent > text.Length) throw WrongLength();
            for (; !piece.IsEmpty; piece = piece[Math.Min(SliceLength, piece.Length)..])
            {
                if (!write(piece.Span[..Math.Min(SliceLength, piece.Length)])) return Unfit();
                if (await PassOnAsync() is { } trouble) return new TextOutcome(false, trouble);
            }
        }

        if (sent != text.Length) throw WrongLength();
        dialogue.Options.Transcript?.Client(string.Create(CultureInfo.InvariantCulture, $"[{sent} octets]"));
        return new TextOutcome(true);
    }

    // A text that cannot be read must not look whole to the server.
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        try
        {
            return await text.ReadAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            dialogue.End(SmtpOutcome.Cancelled, "cancelled");
            return default;
        }
        catch
        {
            dialogue.End(SmtpOutcome.Lost, "the text of the message could not be read");
            throw;
        }
    }

    // Null when the server has taken it, or will. A server that speaks before the end has had enough: nothing that follows would be heard.
    private async ValueTask<SmtpStep?> PassOnAsync()
    {
        var limit = dialogue.Options.Timeouts.DataBlock;
        var began = dialogue.Time.GetTimestamp();
        var flushed = await dialogue.Connection.FlushIfLargeAsync(limit);
        if (cancellation.IsCancellationRequested) return dialogue.End(SmtpOutcome.Cancelled, "cancelled");
        if (!flushed) return await dialogue.ReadLastWordsAsync(dialogue.Time.GetElapsedTime(began) >= limit, cancellation);
        if (dialogue.HasWord) return dialogue.EndAfter(await dialogue.ReadAsync(dialogue.Options.Timeouts.Command, cancellation));
        return dialogue.Time.GetElapsedTime(_began) < _patience ? null : dialogue.End(SmtpOutcome.TimedOut, "the server takes the message too slowly");
    }

    private TextOutcome Unfit()
    {
        var step = dialogue.End(SmtpOutcome.Refused, "the message has a CR or LF that does not end a line");
        return new TextOutcome(false, step, IsUnfit: true);
    }

    private InvalidDataException WrongLength()
    {
        dialogue.End(SmtpOutcome.Lost, "the text of the message is not as long as it was said to be");
        return new InvalidDataException("the text of the message is not as long as it was said to be");
    }

    private static TimeSpan PatienceFor(long length, SmtpTimeouts timeouts) => timeouts.MinOctetsPerSecond <= 0
        ? TimeSpan.MaxValue : timeouts.DataBlock + TimeSpan.FromSeconds(length / (double)timeouts.MinOctetsPerSecond);
}
