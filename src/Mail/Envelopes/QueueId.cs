using System.Globalization;

namespace Merpati.Mail.Envelopes;

/// <summary>
/// The name of one accepted message in replies, trace fields and logs: 13 characters, ascending in time, never twice within a process.
/// </summary>
/// <param name="Value">The number behind the text: milliseconds of the Unix epoch × 65,536 plus a counter.</param>
public readonly record struct QueueId(long Value)
{
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32: no I, L, O, U to misread
    private const int Length = 13;

    /// <inheritdoc/>
    public override string ToString() => string.Create(Length, Value, static (text, value) =>
    {
        for (var i = text.Length - 1; i >= 0; i--, value >>= 5) text[i] = Digits[(int)(value & 31)];
    });

    /// <summary>Reads the text of an id; false when it is none.</summary>
    public static bool TryParse(string text, out QueueId id)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = default;
        if (text.Length != Length) return false;
        long value = 0;
        foreach (var c in text)
        {
            var digit = Digits.IndexOf(char.ToUpper(c, CultureInfo.InvariantCulture), StringComparison.Ordinal);
            if (digit < 0) return false;
            value = (value << 5) | (uint)digit;
        }

        id = new QueueId(value);
        return value >= 0;
    }
}
