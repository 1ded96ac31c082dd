using System.Text;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;

namespace Merpati.Auth.Tests.Sasl;

public sealed class SaslPrepTests
{
    // The first three are of RFC 4013 §3.
    [Theory]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("", "")]
    [InlineData(" a~", " a~")]
    [InlineData("a\u00A0b\u1680c\u2003d\u200Be\u202Ff\u205Fg\u3000h", "a b c d e f g h")]
    [InlineData("a\u034Fb\u1806c\u180Bd\u180De\u200Cf\u200Dg\u2060h\uFE00i\uFE0Fj\uFEFFk", "abcdefghijk")]
    [InlineData("\u00AD", "")]
    [InlineData("p\u00E4ss\u6771\uD83D\uDE00", "p\u00E4ss\u6771\uD83D\uDE00")]
    public void PreparesWhatMayBe(string text, string expected)
    {
        Assert.True(SaslPrep.TryPrepare(Encoding.UTF8.GetBytes(text), out var prepared));
        Assert.Equal(expected, Encoding.UTF8.GetString(prepared));
    }

    // U+0007 is of RFC 4013 §3; the others stand at the edges of the tables of RFC 3454.
    [Theory]
    [InlineData("\u0007")]
    [InlineData("\0")]
    [InlineData("\u001F")]
    [InlineData("\u007F")]
    [InlineData("\u0080")]
    [InlineData("\u009F")]
    [InlineData("\u0340")]
    [InlineData("\u06DD")]
    [InlineData("\u070F")]
    [InlineData("\u180E")]
    [InlineData("\u200E")]
    [InlineData("\u2028")]
    [InlineData("\u202E")]
    [InlineData("\u2061")]
    [InlineData("\u206F")]
    [InlineData("\u2FF0")]
    [InlineData("\uE000")]
    [InlineData("\uF8FF")]
    [InlineData("\uFDD0")]
    [InlineData("\uFFF9")]
    [InlineData("\uFFFD")]
    [InlineData("\uFFFE")]
    [InlineData("\uFFFF")]
    [InlineData("\U0001D173")]
    [InlineData("\U0001FFFE")]
    [InlineData("\U000E0001")]
    [InlineData("\U000E007F")]
    [InlineData("\U000F0000")]
    [InlineData("\U0010FFFF")]
    public void RefusesWhatIsProhibited(string character)
    {
        Assert.False(SaslPrep.TryPrepare(Encoding.UTF8.GetBytes("a" + character + "b"), out var prepared));
        Assert.Empty(prepared);
    }

    [Fact]
    public void RefusesWhatIsNoUtf8()
    {
        foreach (var broken in (byte[][])[[0x80], [0xFF], [0xC3], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]])
        {
            Assert.False(SaslPrep.TryPrepare([(byte)'a', .. broken], out _));
        }
    }

    [Fact]
    public void MakesTheSameVerifierOfWhatPreparesAlike()
    {
        var verifier = PasswordVerifier.Create("gr\u00FC\u00DFe\u00A0\u00ADdich"u8, PasswordVerifier.MinIterations);
        Assert.True(verifier.Matches("gr\u00FC\u00DFe dich"u8));
        Assert.False(verifier.Matches("gr\u00FC\u00DFedich"u8));
        // What cannot be prepared is itself and nothing else.
        foreach (var odd in (string[])["a\tb", "\u00AD", "a\0b"])
        {
            var its = PasswordVerifier.Create(Encoding.UTF8.GetBytes(odd), PasswordVerifier.MinIterations);
            Assert.True(its.Matches(Encoding.UTF8.GetBytes(odd)));
            Assert.False(its.Matches("ab"u8));
            Assert.False(its.Matches(""u8));
        }
    }
}
