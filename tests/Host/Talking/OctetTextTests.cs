using System.Text;
using Merpati.Host.Cli.Talking;

namespace Merpati.Host.Tests.Talking;

/// <summary>Text that stands for octets stands for all of them.</summary>
public sealed class OctetTextTests
{
    [Fact]
    public void EveryPairOfOctetsComesBackAsItWas()
    {
        foreach (var (before, behind) in new[] { ("", ""), ("\u00e2", "x"), ("\u00f0\u009f", "\u0098\u0080"), ("\u00ed\u00b2", "\u0080") })
        {
            for (var pair = 0; pair <= ushort.MaxValue; pair++)
            {
                byte[] octets = [.. Encoding.Latin1.GetBytes(before), (byte)(pair >> 8), (byte)pair, .. Encoding.Latin1.GetBytes(behind)];
                var text = OctetText.Decode(octets);
                if (!OctetText.Encode(text).AsSpan().SequenceEqual(octets)) Assert.Fail($"{Convert.ToHexString(octets)} became {Convert.ToHexString(OctetText.Encode(text))}");
            }
        }
    }

    [Fact]
    public void WhatIsUtf8IsItsCharacters()
    {
        foreach (var (octets, text, shown) in new[] { ("h\u00c3\u00a9", "h\u00e9", "h\u00e9"), ("h\u00e9", "h\uDCE9", "h\u00e9"), ("\u00f0\u009f\u0098\u0080\u009b", "\U0001F600\uDC9B", "\U0001F600\u009b") })
        {
            Assert.Equal(text, OctetText.Decode(Encoding.Latin1.GetBytes(octets)));
            Assert.Equal(shown, OctetText.ForPeople(text));
        }
    }

    [Fact]
    public void HalfACharacterDoesNoHarm() => Assert.Equal("\uFFFD\uFFFDx", Encoding.UTF8.GetString(OctetText.Encode("\uDC00\uD83Dx")));
}
