using System.Buffers.Text;

namespace Merpati.Pop3.Grammar;

/// <summary>What a look at an argument for a number found.</summary>
internal enum NumberOutcome
{
    /// <summary>A number that fits.</summary>
    Number,

    /// <summary>Digits, but more than any number here can need.</summary>
    TooLarge,

    /// <summary>Something else than digits: a sign, a point, a letter.</summary>
    NotANumber,
}

/// <summary>The decimal numbers of POP3 arguments: digits alone, without a sign.</summary>
internal static class DecimalNumber
{
    /// <summary>Reads a number that fills <paramref name="text"/>.</summary>
    public static NumberOutcome Parse(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return NumberOutcome.NotANumber;
        return Utf8Parser.TryParse(text, out number, out _) ? NumberOutcome.Number : NumberOutcome.TooLarge;
    }
}
