using System.Numerics;

namespace Merpati.Pop3.Server;

/// <summary>A bit for each message of a maildrop. It costs nothing before the first is set. Words that are not there are 0.</summary>
internal struct MessageBits
{
    /// <summary>The messages in a word.</summary>
    public const int PerWord = 64;

    private ulong[]? _words;

    /// <summary>Bits that are kept elsewhere already, the lowest first; they are not to be set.</summary>
    public MessageBits(ulong[] words) => _words = words;

    /// <summary>Whether the bit of a message is set.</summary>
    public readonly bool this[int index] => (Word(index / PerWord) & Mask(index)) != 0;

    /// <summary>The bits of 64 messages.</summary>
    public readonly ulong Word(int word) => _words is { } words && word < words.Length ? words[word] : 0;

    /// <summary>Sets the bit of one of <paramref name="count"/> messages.</summary>
    public void Set(int index, int count) => (_words ??= new ulong[(count + PerWord - 1) / PerWord])[index / PerWord] |= Mask(index);

    /// <summary>Takes the bits of 64 messages away.</summary>
    public readonly void Clear(int word, ulong bits)
    {
        if (_words is { } words) words[word] &= ~bits;
    }

    /// <summary>Takes every bit away.</summary>
    public readonly void Clear()
    {
        if (_words is { } words) Array.Clear(words);
    }

    /// <summary>How many of the first <paramref name="count"/> messages there are up to the last one whose bit is set; 0 when none is.</summary>
    public readonly int Highest(int count)
    {
        for (var word = (count + PerWord - 1) / PerWord - 1; word >= 0; word--)
        {
            var bits = Word(word);
            if ((word + 1) * PerWord > count && count % PerWord != 0) bits &= (1UL << (count % PerWord)) - 1;
            if (bits != 0) return word * PerWord + PerWord - BitOperations.LeadingZeroCount(bits);
        }

        return 0;
    }

    private static ulong Mask(int index) => 1UL << (index % PerWord);
}
