using Merpati.Pop3.Server;

namespace Merpati.Pop3.Tests;

/// <summary>The bits of a maildrop's messages.</summary>
public sealed class MessageBitsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(63, 63)]
    [InlineData(64, 64)]
    [InlineData(65, 65)]
    [InlineData(100, 100)]
    [InlineData(128, 128)]
    [InlineData(200, 128)] // the third word is not there
    public void WhatIsBeyondTheLastMessageIsNotCounted(int count, int highest) => Assert.Equal(highest, new MessageBits([ulong.MaxValue, ulong.MaxValue]).Highest(count));

    [Fact]
    public void NothingIsSetBeforeTheFirst()
    {
        var bits = default(MessageBits);
        Assert.False(bits[99]);
        Assert.Equal(0ul, bits.Word(1));
        Assert.Equal(0, bits.Highest(100));
        bits.Clear();
        bits.Clear(1, ulong.MaxValue);
        Assert.Equal(0, bits.Highest(100));
    }

    [Fact]
    public void EachMessageHasItsOwn()
    {
        for (var index = 0; index < 130; index++)
        {
            var bits = default(MessageBits);
            bits.Set(index, 130);
            Assert.Equal([index], Enumerable.Range(0, 130).Where(other => bits[other]));
            Assert.Equal(index + 1, bits.Highest(130));
            bits.Clear(index / 64, 1UL << (index % 64));
            Assert.Equal(0, bits.Highest(130));
        }
    }
}
