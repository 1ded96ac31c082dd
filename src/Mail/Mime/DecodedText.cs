using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>Gathers what a header's body says. Octets of neighbouring words of one charset are decoded together: many writers split a character between two words.</summary>
internal sealed class DecodedText
{
    private readonly StringBuilder _text;
    private readonly List<byte> _octets = [];
    private string _charset = "";

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
        if (_octets.Count > 0 && word.Charset != _charset) EndWords();
        _charset = word.Charset;
        word.AppendTo(_octets);
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
        foreach (var c in Charsets.Find(_charset).GetString(_octets.ToArray())) _text.Append(char.IsControl(c) ? ' ' : c);
        _octets.Clear();
    }
}
