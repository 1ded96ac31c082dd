using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Merpati.Pop3.Client;

/// <summary>The lines of LIST or UIDL (RFC 1939 §5, §7): a message's number, and what is told of it as a number of ours.</summary>
internal abstract class NumberedLines(IPop3Transcript? transcript, int most) : TextLines(transcript)
{
    private readonly List<int> _numbers = [];
    private readonly List<long> _values = [];
    private bool _isSorted = true;

    public int Count => _numbers.Count;

    public ReadOnlySpan<int> Numbers => CollectionsMarshal.AsSpan(_numbers);

    public ReadOnlySpan<long> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>Puts them in order; false when a number came twice.</summary>
    public bool Sort()
    {
        if (_isSorted) return true;
        var numbers = CollectionsMarshal.AsSpan(_numbers);
        numbers.Sort(CollectionsMarshal.AsSpan(_values));
        for (var i = 1; i < numbers.Length; i++)
        {
            if (numbers[i] == numbers[i - 1]) return false;
        }

        return true;
    }

    protected override bool TakeLine(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)' ');
        var end = line.IndexOf((byte)' ');
        var digits = end < 0 ? line : line[..end];
        var isNumber = Utf8Parser.TryParse(digits, out int number, out var length) && length == digits.Length && number > 0 && digits[0] != (byte)'+';
        if (!isNumber || !TryRead(end < 0 ? [] : line[end..].TrimStart((byte)' '), out var value)) return Refuse(Pop3Outcome.ProtocolError, "the server sent a listing that cannot be read");
        if (_numbers.Count == most) return Refuse(Pop3Outcome.TooLarge, "the server lists more messages than we take");
        _isSorted &= _numbers.Count == 0 || number > _numbers[^1];
        _numbers.Add(number);
        _values.Add(value);
        return true;
    }

    protected abstract bool TryRead(ReadOnlySpan<byte> text, out long value);
}

/// <summary>The lines of LIST.</summary>
internal sealed class SizeLines(IPop3Transcript? transcript, int most) : NumberedLines(transcript, most)
{
    // RFC 1939 §5: something else may stand behind the size.
    protected override bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        var digits = text.IndexOf((byte)' ') is var end and >= 0 ? text[..end] : text;
        value = 0;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(digits, out value, out var length) && length == digits.Length;
    }
}

/// <summary>The lines of UIDL. A unique-id that is none spoils its message only.</summary>
internal sealed class UniqueIdLines(IPop3Transcript? transcript, int most) : NumberedLines(transcript, most)
{
    public UniqueIds UniqueIds { get; } = new();

    protected override bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        value = UniqueIds.IsValid(text) ? UniqueIds.Add(text) : Pop3Listing.BadUniqueId;
        return true;
    }
}
