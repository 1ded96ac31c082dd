using System.Buffers.Text;

namespace Merpati.Mail.Messages;

/// <summary>Reads a date-time of a header (RFC 5322 §3.3), obsolete forms too (§4.3); <see cref="TraceFields.Date"/> writes it.</summary>
public static class DateField
{
    private const int MaxZone = 14 * 60; // minutes; nobody is further from Greenwich

    private static ReadOnlySpan<byte> Months => "janfebmaraprmayjunjulaugsepoctnovdec"u8;

    /// <summary>Reads it from a field's body, folds and comments and all; false when there is none that exists. A zone that is not known is taken as +0000.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out DateTimeOffset at)
    {
        at = default;
        var day = Word(ref body);
        if (day.Length >= 3 && !char.IsAsciiDigit((char)day[0])) day = Word(ref body); // the day of the week says nothing new
        if (!TryNumber(day, 2, out var dayNumber) || !TryMonth(Word(ref body), out var month) || !TryYear(Word(ref body), out var year)) return false;
        if (!TryNumber(Word(ref body), 2, out var hour) || !TryNumber(Word(ref body), 2, out var minute)) return false;
        var next = Word(ref body);
        if (TryNumber(next, 2, out var second)) next = Word(ref body);
        if (dayNumber < 1 || dayNumber > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return false;
        var local = new DateTime(year, month, dayNumber, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified); // 60 is a leap second
        at = new DateTimeOffset(local, TimeSpan.FromMinutes(Zone(next)));
        return true;
    }

    // The next run of letters, digits or signs; commas, colons, folds and comments part them.
    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> text)
    {
        var depth = 0;
        var start = 0;
        for (; start < text.Length; start++)
        {
            var octet = text[start];
            if (octet == (byte)'(') depth++;
            else if (octet == (byte)')' && depth > 0) depth--;
            else if (depth == 0 && IsOfWord(octet)) break;
        }

        var end = start;
        while (end < text.Length && IsOfWord(text[end])) end++;
        var word = text[start..end];
        text = text[end..];
        return word;
    }

    private static bool IsOfWord(byte octet) => char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'+' or (byte)'-';

    private static bool TryNumber(ReadOnlySpan<byte> word, int maxDigits, out int number)
    {
        number = 0;
        return word.Length > 0 && word.Length <= maxDigits && char.IsAsciiDigit((char)word[0]) && Utf8Parser.TryParse(word, out number, out var used) && used == word.Length;
    }

    private static bool TryMonth(ReadOnlySpan<byte> word, out int month)
    {
        month = 0;
        if (word.Length != 3) return false;
        ReadOnlySpan<byte> lower = [(byte)(word[0] | 0x20), (byte)(word[1] | 0x20), (byte)(word[2] | 0x20)];
        for (var at = 0; at < Months.Length; at += 3)
        {
            if (Months.Slice(at, 3).SequenceEqual(lower)) month = (at / 3) + 1;
        }

        return month > 0;
    }

    // RFC 5322 §4.3: two digits below 50 are of this century, two others and three are counted from 1900.
    private static bool TryYear(ReadOnlySpan<byte> word, out int year)
    {
        if (!TryNumber(word, 4, out year)) return false;
        if (word.Length == 2 && year < 50) year += 2000;
        else if (word.Length < 4) year += 1900;
        return year is >= 1970 and < 9999;
    }

    // Minutes to the east. RFC 5322 §4.3: a name that is not known is -0000.
    private static int Zone(ReadOnlySpan<byte> word)
    {
        if (word.Length == 5 && word[0] is (byte)'+' or (byte)'-' && TryNumber(word[1..], 4, out var offset))
        {
            var minutes = (offset / 100 * 60) + (offset % 100);
            return minutes > MaxZone ? 0 : word[0] == (byte)'-' ? -minutes : minutes;
        }

        if (word.Length != 3 || (word[2] | 0x20) != 't') return 0;
        var hours = (char)(word[0] | 0x20) switch { 'e' => -5, 'c' => -6, 'm' => -7, 'p' => -8, _ => 0 };
        if (hours == 0) return 0;
        return ((char)(word[1] | 0x20) switch { 's' => hours, 'd' => hours + 1, _ => 0 }) * 60;
    }
}
