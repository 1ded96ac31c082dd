using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Wire.Lines;

namespace Merpati.Wire.Tests;

public sealed class LineReaderTests
{
    private const int MaxLength = 8;

    /// <summary>Shows the reader the octets in pieces, as a pipe would: what was not used comes again with the next piece.</summary>
    private static (List<string> Lines, int MostKept) Read(byte[] octets, int piece)
    {
        var reader = new LineReader(MaxLength);
        var lines = new List<string>();
        var kept = Array.Empty<byte>();
        var mostKept = 0;
        foreach (var part in octets.Chunk(piece))
        {
            var buffer = new ReadOnlySequence<byte>([.. kept, .. part]);
            while (true)
            {
                var outcome = reader.Read(ref buffer, out var line);
                if (outcome == LineOutcome.NeedMore) break;
                lines.Add(outcome == LineOutcome.TooLong ? "(too long)" : Encoding.Latin1.GetString(line.ToArray()));
            }

            kept = buffer.ToArray();
            mostKept = Math.Max(mostKept, kept.Length);
        }

        return (lines, mostKept);
    }

    [Theory]
    [InlineData("a\r\nbc\r\n", "a|bc")]
    [InlineData("\r\n\r\n", "|")]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\r\n\r", "a\r")]
    [InlineData("a\rb\r\n", "a\rb")]
    [InlineData("123456\r\n1\r\n", "123456|1")]
    [InlineData("1234567\n1\r\n", "1234567|1")]
    [InlineData("1234567\r\n1\r\n", "(too long)|1")]
    [InlineData("12345678\n1\r\n", "(too long)|1")]
    [InlineData("12345678901234567890\r\n1\r\n1234567890\r\n\r\n", "(too long)|1|(too long)|")]
    [InlineData("no end", "")]
    public void CutsLinesAtEveryChunking(string octets, string lines)
    {
        for (var piece = 1; piece <= octets.Length; piece++)
        {
            Assert.Equal(lines, string.Join('|', Read(Encoding.Latin1.GetBytes(octets), piece).Lines));
        }
    }

    [Theory]
    [InlineData("a\r\n", false)]
    [InlineData("\r\n", false)]
    [InlineData("a\n", true)]
    [InlineData("\n", true)]
    [InlineData("a\r\nb\n", true)]
    [InlineData("a\nb\r\n", false)]
    public void TellsHowTheLastLineEnded(string octets, bool bare)
    {
        var reader = new LineReader(MaxLength);
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(octets));
        while (reader.Read(ref buffer, out _) != LineOutcome.NeedMore) Assert.False(buffer.Length == octets.Length);
        Assert.Equal(bare, reader.EndedBare);
    }

    [Fact]
    public void KeepsNoMoreThanALineWhateverComesIn() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Elements((byte)'\n', (byte)'\r', (byte)'x', (byte)'y', (byte)'z')).ToArbitrary(), octets =>
            Enumerable.Range(1, 12).All(piece =>
            {
                var (lines, mostKept) = Read(octets, piece);
                return mostKept < MaxLength && lines.Count == octets.Count(octet => octet == (byte)'\n');
            })));
}
