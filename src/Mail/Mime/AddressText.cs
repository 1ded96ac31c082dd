using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>
/// Makes the body of an address field (RFC 5322 §3.4) readable. It is for showing: nothing is decided by it, and what is malformed is shown as it stands.
/// A name is quoted where it could be taken for an address or a second one, so that nobody is shown who is not there.
/// </summary>
internal ref struct AddressText
{
    private readonly StringBuilder _shown;
    private readonly StringBuilder _name = new();
    private readonly StringBuilder _comments = new();
    private ReadOnlySpan<byte> _rest;

    private AddressText(ReadOnlySpan<byte> body)
    {
        _rest = body;
        _shown = new StringBuilder(body.Length);
    }

    public static string Readable(ReadOnlySpan<byte> body)
    {
        var text = new AddressText(body);
        text.Read();
        return text._shown.ToString();
    }

    private void Read()
    {
        while (!_rest.IsEmpty)
        {
            switch (_rest[0])
            {
                case (byte)'"':
                    AddToName(EncodedWords.Decode(Quoted()), isQuoted: true);
                    break;
                case (byte)'(':
                    _comments.Append(" (").Append(EncodedWords.Decode(Comment())).Append(')');
                    break;
                case (byte)'<':
                    EndMailbox(Angle());
                    break;
                case (byte)',':
                    _rest = _rest[1..];
                    EndMailbox(null);
                    break;
                case (byte)';':
                    _rest = _rest[1..];
                    EndMailbox(null);
                    _shown.Append(';');
                    break;
                case (byte)':':
                    _rest = _rest[1..];
                    EndMailbox(null);
                    _shown.Append(':');
                    break;
                default:
                    AddToName(EncodedWords.Decode(Words()), isQuoted: false);
                    break;
            }
        }

        EndMailbox(null);
    }

    private readonly void AddToName(string text, bool isQuoted)
    {
        if (isQuoted && _name.Length > 0 && _name[^1] is not (' ' or '.' or '@')) _name.Append(' ');
        _name.Append(text);
    }

    // An address in angle brackets, a bare one, or the name of a group.
    private readonly void EndMailbox(string? address)
    {
        var name = _name.ToString().Trim();
        _name.Clear();
        if (name.Length > 0 || address is not null)
        {
            if (_shown.Length > 0) _shown.Append(_shown[^1] is ':' or ';' ? " " : ", ");
            _shown.Append(address is null ? name : NamedAddress.Format(name, address));
        }

        _shown.Append(_comments);
        _comments.Clear();
    }

    private ReadOnlySpan<byte> Words()
    {
        // Not inside of an encoded word, where careless writers leave anything.
        var length = 0;
        while (length < _rest.Length && !"\"(<,;:"u8.Contains(_rest[length])) length += EncodedWord.TryRead(_rest[length..], out var word) ? word.Length : 1;
        var words = _rest[..length];
        _rest = _rest[length..];
        return words;
    }

    private byte[] Quoted() => Until((byte)'"');

    private string Angle() => EncodedWords.Decode(UntilAngle());

    // RFC 5322 §3.4: as it stands between the brackets, blanks apart.
    private byte[] UntilAngle()
    {
        var inside = new List<byte>();
        var isQuoted = false;
        var at = 1;
        for (; at < _rest.Length && (isQuoted || _rest[at] != (byte)'>'); at++)
        {
            if (_rest[at] == (byte)'"') isQuoted = !isQuoted;
            if (isQuoted || _rest[at] > 32) inside.Add(_rest[at]);
        }

        _rest = at < _rest.Length ? _rest[(at + 1)..] : default;
        return inside.ToArray();
    }

    private byte[] Until(byte end)
    {
        var inside = new List<byte>();
        var at = 1;
        for (; at < _rest.Length && _rest[at] != end; at++)
        {
            if (_rest[at] == (byte)'\\' && at + 1 < _rest.Length) at++;
            inside.Add(_rest[at]);
        }

        _rest = at < _rest.Length ? _rest[(at + 1)..] : default;
        return inside.ToArray();
    }

    private byte[] Comment()
    {
        var inside = new List<byte>();
        var depth = 1;
        var at = 1;
        for (; at < _rest.Length; at++)
        {
            if (_rest[at] == (byte)'\\' && at + 1 < _rest.Length) at++;
            else if (_rest[at] == (byte)'(') depth++;
            else if (_rest[at] == (byte)')' && --depth == 0) break;
            inside.Add(_rest[at]);
        }

        _rest = at < _rest.Length ? _rest[(at + 1)..] : default;
        return inside.ToArray();
    }
}
