using Merpati.Mail.Addresses;

namespace Merpati.Mail.Messages;

/// <summary>Walks once through an address list; the work grows with its length alone.</summary>
internal ref struct MailboxListReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly int _limit;
    private readonly ICollection<EmailAddress> _mailboxes;
    private readonly byte[] _value = new byte[EmailAddress.MaxLength + 1]; // of the words just read, unquoted
    private int _at;
    private int _valueLength;
    private int _taken;

    public MailboxListReader(ReadOnlySpan<byte> text, int limit, ICollection<EmailAddress> mailboxes)
    {
        _text = text;
        _limit = limit;
        _mailboxes = mailboxes;
    }

    // What a run of words can be: the words of a name, or a local part, quoted or not.
    private enum Words
    {
        None,
        Malformed,
        Phrase,
        DotAtom,
        Quoted,
    }

    private readonly bool AtEnd => _at >= _text.Length;

    private readonly byte Next => _at < _text.Length ? _text[_at] : (byte)0;

    public bool Read()
    {
        var inGroup = false;
        while (true)
        {
            if (!SkipBlank()) return false;
            if (AtEnd) return !inGroup;
            switch (Next)
            {
                case (byte)',': // RFC 5322 §4.4: elements of a list may be empty
                    _at++;
                    continue;
                case (byte)';' when inGroup:
                    _at++;
                    inGroup = false;
                    if (!AtSeparator(inGroup)) return false;
                    continue;
            }

            var words = ReadWords();
            if (words == Words.Malformed) return false;
            if (Next == (byte)':' && words != Words.None && !inGroup)
            {
                _at++;
                inGroup = true;
                continue;
            }

            if (!ReadMailbox(words) || !AtSeparator(inGroup)) return false;
        }
    }

    // After a mailbox stands a comma, the end of the group, or the end.
    private bool AtSeparator(bool inGroup) => SkipBlank() && (AtEnd || Next == (byte)',' || (inGroup && Next == (byte)';'));

    private bool ReadMailbox(Words words)
    {
        EmailAddress? address = null;
        if (Next == (byte)'@')
        {
            var isAddress = ReadDomain(words, out address);
            if (!SkipBlank()) return false;
            // A name with a bare "@" is common and harmless where the address in angle brackets follows.
            if (!isAddress && Next != (byte)'<') return false;
        }

        if (Next == (byte)'<' && !ReadAngle(out address)) return false;
        if (address is null || ++_taken > _limit) return false;
        _mailboxes.Add(address);
        return true;
    }

    // RFC 5322 §3.4: angle-addr, with the route of §4.4 dropped.
    private bool ReadAngle(out EmailAddress? address)
    {
        address = null;
        _at++;
        if (!SkipBlank()) return false;
        if (Next is (byte)'@' or (byte)',' && !SkipRoute()) return false;
        var words = ReadWords();
        if (words == Words.Malformed || Next != (byte)'@' || !ReadDomain(words, out address) || !SkipBlank() || Next != (byte)'>') return false;
        _at++;
        return true;
    }

    private bool SkipRoute()
    {
        while (true)
        {
            if (!SkipBlank()) return false;
            switch (Next)
            {
                case (byte)',':
                    _at++;
                    break;
                case (byte)'@':
                    _at++;
                    if (!ReadDomainText(out _)) return false;
                    break;
                case (byte)':':
                    _at++;
                    return SkipBlank();
                default:
                    return false;
            }
        }
    }

    // At the "@", after the words of a local part.
    private bool ReadDomain(Words words, out EmailAddress? address)
    {
        address = null;
        var local = words is Words.DotAtom or Words.Quoted ? ToLocalPart(words) : null;
        _at++;
        if (!ReadDomainText(out var domain) || local is null || domain is null) return false;
        address = new EmailAddress(local, domain);
        return true;
    }

    private readonly LocalPart? ToLocalPart(Words words)
    {
        if (_valueLength > LocalPart.MaxLength) return null;
        var value = _value.AsSpan(0, _valueLength);
        if (words == Words.DotAtom) return LocalPart.TryParse(value, allowUtf8: true, out var plain) ? plain : null;
        var quoted = new List<byte>(_valueLength + 2) { (byte)'"' };
        foreach (var octet in value)
        {
            if (octet is (byte)'"' or (byte)'\\') quoted.Add((byte)'\\');
            quoted.Add(octet);
        }

        quoted.Add((byte)'"');
        return LocalPart.TryParse(quoted.ToArray(), out var local) ? local : null;
    }

    // dot-atom or domain-literal, blank between its parts (RFC 5322 §3.4.1, §4.4). A domain is read though it is none of ours to judge.
    private bool ReadDomainText(out Domain? domain)
    {
        domain = null;
        _valueLength = 0;
        if (!SkipBlank()) return false;
        if (Next == (byte)'[')
        {
            while (!AtEnd && Next is not ((byte)']' or (byte)'\\' or (byte)'\r' or (byte)'\n')) Put(_text[_at++]);
            if (Next != (byte)']') return false;
            Put(_text[_at++]);
        }
        else
        {
            var words = ReadWords();
            if (words != Words.DotAtom) return false;
        }

        return _valueLength <= Domain.MaxLength && Domain.TryParse(_value.AsSpan(0, Math.Min(_valueLength, _value.Length)), allowUtf8: true, out domain);
    }

    private Words ReadWords()
    {
        _valueLength = 0;
        var words = Words.None;
        var quoted = false;
        var dotted = true; // whether another word may stand here in a local part
        while (true)
        {
            if (!SkipBlank()) return Words.Malformed;
            if (AtEnd) break;
            var octet = Next;
            if (octet == (byte)'.')
            {
                words = dotted || words is not (Words.DotAtom or Words.Quoted) ? Words.Phrase : words;
                dotted = true;
                Put(_text[_at++]);
                continue;
            }

            if (octet == (byte)'"')
            {
                if (!ReadQuoted()) return Words.Malformed;
                quoted = true;
            }
            else if (!ReadAtom())
            {
                break;
            }

            words = words == Words.Phrase || !dotted ? Words.Phrase : quoted ? Words.Quoted : Words.DotAtom;
            dotted = false;
        }

        return words is Words.DotAtom or Words.Quoted && dotted ? Words.Phrase : words;
    }

    private bool ReadAtom()
    {
        if (ReadEncodedWord()) return true;
        var start = _at;
        while (!AtEnd && (LocalPart.IsAtext(Next) || Next > 127)) Put(_text[_at++]);
        return _at > start;
    }

    // RFC 2047 §2. Read as one atom, whatever a careless writer left in it.
    private bool ReadEncodedWord()
    {
        var rest = _text[_at..];
        if (!rest.StartsWith("=?"u8)) return false;
        var length = 2;
        for (var marks = 0; marks < 3; length++)
        {
            if (length >= rest.Length || rest[length] is <= 32 or 127) return false;
            if (rest[length] == (byte)'?') marks++;
        }

        if (length >= rest.Length || rest[length] != (byte)'=') return false;
        foreach (var octet in rest[..(length + 1)]) Put(octet);
        _at += length + 1;
        return true;
    }

    private bool ReadQuoted()
    {
        _at++;
        while (!AtEnd)
        {
            var octet = _text[_at++];
            switch (octet)
            {
                case (byte)'"':
                    return true;
                case (byte)'\\' when AtEnd:
                    return false;
                case (byte)'\\':
                    Put(_text[_at++]);
                    break;
                case (byte)'\r' or (byte)'\n': // a fold; its white space stays
                    break;
                default:
                    Put(octet);
                    break;
            }
        }

        return false;
    }

    // White space, folds and comments, nested as deep as the text is long (RFC 5322 §3.2.2). False when a comment does not end, or at a control.
    private bool SkipBlank()
    {
        var depth = 0;
        for (; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when depth > 0:
                    depth--;
                    break;
                case (byte)'\\' when depth > 0:
                    _at++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                case 0:
                    return false;
                default:
                    if (depth == 0) return true;
                    break;
            }
        }

        return depth == 0;
    }

    private void Put(byte octet)
    {
        if (_valueLength < _value.Length) _value[_valueLength] = octet;
        _valueLength++;
    }
}
