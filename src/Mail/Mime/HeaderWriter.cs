using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Mime;

/// <summary>Writes the fields of a header, folded at 78 characters where they have a blank (RFC 5322 §2.1.1, §2.2.3). No value can end its line.</summary>
internal sealed class HeaderWriter
{
    private const int LineLength = 78;
    private const int MaxWordLength = 800; // a longer one is encoded, so that no line is longer than 998
    private const int MaxNameLength = 60; // of a name or file name in one piece
    private const int SectionLength = 60; // of a file name in pieces (RFC 2231 §3)

    private readonly StringBuilder _text = new();

    /// <summary>A line as it is.</summary>
    public void Raw(string line) => _text.Append(line).Append("\r\n");

    /// <summary>An unstructured field (RFC 5322 §2.2.1).</summary>
    public void Text(string name, string value)
    {
        var isPlain = EncodedWords.IsPlain(value) && LongestWord(value) <= MaxWordLength;
        Fold(name, isPlain ? value : EncodedWords.EncodeWhole(value));
    }

    /// <summary>A message identifier, in angle brackets (RFC 5322 §3.6.4).</summary>
    public void Identifier(string name, string identifier) =>
        Fold(name, $"<{string.Concat(identifier.Where(c => c is > ' ' and <= '~' and not ('<' or '>')))}>");

    /// <summary>An address list (RFC 5322 §3.4).</summary>
    public void Mailboxes(string name, IReadOnlyList<NamedAddress> mailboxes) => Fold(name, string.Join(", ", mailboxes.Select(Mailbox)));

    /// <summary>That what follows is a file of this name (RFC 2183 §2), which may be empty.</summary>
    public void Disposition(string fileName)
    {
        if (fileName.Length == 0)
        {
            Raw("Content-Disposition: attachment");
            return;
        }

        if (fileName.Length <= MaxNameLength && EncodedWords.IsPlain(fileName) && !fileName.AsSpan().ContainsAny("\"\\%*'"))
        {
            Fold("Content-Disposition", $"attachment; filename=\"{fileName}\"");
            return;
        }

        _text.Append("Content-Disposition: attachment");
        var sections = Sections(fileName);
        for (var i = 0; i < sections.Count; i++)
        {
            var number = sections.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"*{i}");
            _text.Append(";\r\n filename").Append(number).Append("*=").Append(sections[i]);
        }

        _text.Append("\r\n");
    }

    /// <summary>What has been written, and the empty line that ends it.</summary>
    public byte[] ToOctets() => Encoding.UTF8.GetBytes(_text.Append("\r\n").ToString());

    // RFC 2231 §4: charset, no language, octets in hexadecimal.
    private static List<string> Sections(string fileName)
    {
        var sections = new List<string>();
        var section = new StringBuilder("utf-8''");
        foreach (var octet in Encoding.UTF8.GetBytes(fileName))
        {
            if (section.Length >= SectionLength)
            {
                sections.Add(section.ToString());
                section.Clear();
            }

            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'.' or (byte)'-' or (byte)'_') section.Append((char)octet);
            else section.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        sections.Add(section.ToString());
        return sections;
    }

    private static string Mailbox(NamedAddress mailbox)
    {
        if (mailbox.Name.Length == 0) return mailbox.Address.ToString();
        return $"{Phrase(mailbox.Name)} <{mailbox.Address}>";
    }

    // RFC 5322 §3.2.5: words as they are, quoted, or encoded.
    private static string Phrase(string name)
    {
        if (name.Length > MaxNameLength || !EncodedWords.IsPlain(name)) return EncodedWords.EncodeWhole(name);
        var isWords = name.All(c => c == ' ' || LocalPart.IsAtext((byte)c)) && !name.Contains("  ", StringComparison.Ordinal);
        return isWords ? name : NamedAddress.Quoted(name);
    }

    private static int LongestWord(string value) => value.Length == 0 ? 0 : value.Split(' ').Max(word => word.Length);

    // Breaks before the last run of blanks that keeps a line short enough; a word that is longer than a line stays whole.
    private void Fold(string name, string value)
    {
        _text.Append(name).Append(':');
        var column = name.Length + 1;
        var at = 0;
        value = " " + value;
        while (at < value.Length)
        {
            var end = at;
            while (end < value.Length && value[end] == ' ') end++;
            while (end < value.Length && value[end] != ' ') end++;
            if (column + end - at > LineLength && column > 0 && at > 0)
            {
                _text.Append("\r\n");
                column = 0;
            }

            _text.Append(value, at, end - at);
            column += end - at;
            at = end;
        }

        _text.Append("\r\n");
    }
}
