using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Merpati.Progin.Grammar;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Client;

/// <summary>Reads a listing piece by piece, as its caller asks for more: a server that has much more to say waits.</summary>
internal sealed class ListPull(ProginDialogue dialogue)
{
    public async IAsyncEnumerable<ProginItem> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var abort = dialogue.AbortOn(cancellation);
        var isWhole = false;
        try
        {
            dialogue.Write("LIST");
            var (count, refusal) = await ReadCountAsync(cancellation);
            if (refusal is not null)
            {
                isWhole = true;
                yield return new ProginFailure(refusal);
                yield break;
            }

            yield return new ProginCount(count);
            for (var number = 1; number <= count; number++)
            {
                var (head, trouble) = await ReadHeadAsync(number, cancellation);
                if (head is null)
                {
                    yield return new ProginFailure(trouble!);
                    yield break;
                }

                yield return head;
                var text = new TextPieces(dialogue, cancellation);
                while (await text.NextAsync())
                {
                    if (text.Piece.Length > 0) yield return new ProginText(text.Piece);
                }

                if (text.Trouble is { } broken)
                {
                    yield return new ProginFailure(broken);
                    yield break;
                }

                isWhole = number == count;
                yield return new ProginEnd(number);
            }

            isWhole = true;
        }
        finally
        {
            // What is still to come would be taken for replies.
            if (!isWhole) dialogue.End(ProginOutcome.Cancelled, "the listing was not read to its end");
        }
    }

    private async ValueTask<(int Count, ProginStep? Refusal)> ReadCountAsync(CancellationToken cancellation)
    {
        if (await dialogue.ReadLineAsync(dialogue.Options.CommandTimeout, cancellation) is { } ended) return (0, ended);
        var line = dialogue.Show();
        if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return (count, null);
        var reply = ProginDialogue.ReplyOf(line);
        return (0, reply is { IsDone: false } ? reply : dialogue.End(ProginOutcome.ProtocolError, "the server sent something that is no listing"));
    }

    private async ValueTask<(ProginHead? Head, ProginStep? Trouble)> ReadHeadAsync(int number, CancellationToken cancellation)
    {
        if (await dialogue.ReadLineAsync(dialogue.Options.ListTimeout, cancellation) is { } ended) return (null, ended);
        if (dialogue.Show() != string.Create(CultureInfo.InvariantCulture, $"MAIL {number}")) return (null, Unexpected());
        string[] names = ["To:", "From:", "Time:", "Subject:"];
        var values = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (await dialogue.ReadLineAsync(dialogue.Options.ListTimeout, cancellation) is { } broken) return (null, broken);
            var line = dialogue.Show();
            if (!line.StartsWith(names[i], StringComparison.OrdinalIgnoreCase)) return (null, Unexpected());
            values[i] = line[names[i].Length..].Trim();
        }

        return (new ProginHead(number, values[0], values[1], values[2], values[3]), null);
    }

    private ProginStep Unexpected() => dialogue.End(ProginOutcome.ProtocolError, "the server sent something that does not belong into a listing");

    /// <summary>The text of one message.</summary>
    private sealed class TextPieces : IOctetSink, ITextDecoder
    {
        private const int MaxPiece = 16 * 1024; // octets

        private readonly ProginDialogue _dialogue;
        private readonly CancellationToken _cancellation;
        private readonly TextDecoder _decoder;
        private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
        private readonly ArrayBufferWriter<byte> _octets = new();
        private bool _hasPiece;
        private long _total;

        public TextPieces(ProginDialogue dialogue, CancellationToken cancellation)
        {
            _dialogue = dialogue;
            _cancellation = cancellation;
            _decoder = new TextDecoder(this);
        }

        /// <summary>The next characters.</summary>
        public string Piece { get; private set; } = "";

        /// <summary>What ended the connection before the end of the text; null when nothing did.</summary>
        public ProginStep? Trouble { get; private set; }

        /// <inheritdoc/>
        public bool Ended => _decoder.Ended || _hasPiece;

        /// <summary>Reads on; false when there is no more.</summary>
        public async ValueTask<bool> NextAsync()
        {
            if (_decoder.Ended || Trouble is not null)
            {
                if (_total > 0) _dialogue.Options.Transcript?.Server(string.Create(CultureInfo.InvariantCulture, $"[{_total} octets]"));
                if (Trouble is null) _dialogue.Options.Transcript?.Server(".");
                return false;
            }

            _hasPiece = false;
            _octets.ResetWrittenCount();
            var status = await _dialogue.Connection.ReadDotTextAsync(this, _dialogue.Options.ListTimeout, minOctets: 1);
            if (_cancellation.IsCancellationRequested) Trouble = _dialogue.End(ProginOutcome.Cancelled, "cancelled");
            else if (status == LineStatus.TimedOut) Trouble = _dialogue.End(ProginOutcome.TimedOut, "the server sends too slowly");
            else if (status != LineStatus.Line) Trouble = _dialogue.End(ProginOutcome.Lost, "the server closed the connection before the end of the listing");
            _total += _octets.WrittenCount;
            var chars = new char[_utf8.GetCharCount(_octets.WrittenSpan, flush: _decoder.Ended)];
            _utf8.GetChars(_octets.WrittenSpan, chars, flush: _decoder.Ended);
            Piece = new string(chars);
            return true;
        }

        /// <inheritdoc/>
        public void Decode(ref ReadOnlySequence<byte> buffer)
        {
            var piece = buffer.Slice(0, Math.Min(buffer.Length, MaxPiece));
            var left = piece;
            _decoder.Decode(ref left);
            var used = piece.Length - left.Length;
            buffer = buffer.Slice(used);
            _hasPiece = used > 0;
        }

        // The decoder ends lines in CRLF, and hands on no other CR.
        public void Append(ReadOnlySpan<byte> octets)
        {
            while (octets.IndexOf((byte)'\r') is var at and >= 0)
            {
                _octets.Write(octets[..at]);
                octets = octets[(at + 1)..];
            }

            _octets.Write(octets);
        }
    }
}
