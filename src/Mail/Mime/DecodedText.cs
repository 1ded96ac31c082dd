using System.Runtime.InteropServices;
using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>Gathers what a header's body says. Octets of neighbouring words of one charset are decoded together: many writers split a character between two words.</summary>
internal sealed class DecodedText
{
    private readonly StringBuilder _text;
    private readonly List<byte> _octets = [];
    private string _charset = "";
    private Encoding _encoding = Charsets.Find("");

    public DecodedText(int length) => _text = new StringBuilder(length);

    /// <summary>Whether the last that was added is a word.</summary>
    public bool EndsWithWord { get; private set; }

    public void AddPlain(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return;
        EndWords();
        EndsWithWord = false;
        foreach (var c in Charsets.Guess(octets))
        {
            if (c is '\r' or '\n') continue; // RFC 5322 §2.2.3: the white space of a fold stays
            _text.Append(char.IsControl(c) ? ' ' : c);
        }
    }

    public void AddWord(EncodedWord word)
    {
        if (word.Charset != _charset)
        {
            EndWords();
            (_charset, _encoding) = (word.Charset, Charsets.Find(word.Charset));
        }

        var start = _octets.Count;
        word.AppendTo(_octets);

        // A byte order mark is no text, and some write one into each word.
        var mark = _encoding.Preamble;
        if (CollectionsMarshal.AsSpan(_octets)[start..].StartsWith(mark)) _octets.RemoveRange(start, mark.Length);
        EndsWithWord = true;
    }

    public override string ToString()
    {
        EndWords();
        return _text.ToString();
    }

    private void EndWords()
    {
        if (_octets.Count == 0) return;
        foreach (var c in _encoding.GetString(_octets.ToArray())) _text.Append(char.IsControl(c) ? ' ' : c);
        _octets.Clear();
    }
}
