namespace Merpati.Smtp.Grammar;

/// <summary>What the next step through a parameter list found.</summary>
internal enum ParameterOutcome
{
    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>The end of the list.</summary>
    End,

    /// <summary>Something that is no parameter.</summary>
    Malformed,
}

/// <summary>
/// Walks over <c>SP keyword [ "=" value ]</c> (RFC 5321 §4.1.2, esmtp-param) without making strings of it. A value may hold octets above 127
/// (RFC 6531 §3.3): whose value may, and whether they are UTF-8, is the parameter's to judge.
/// </summary>
internal ref struct ParameterReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>A walk over a list whose parameters are each led by a space.</summary>
    public ParameterReader(ReadOnlySpan<byte> parameters) => _rest = parameters;

    /// <summary>The next parameter; <paramref name="value"/> is empty where it has none.</summary>
    public ParameterOutcome Read(out ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> value)
    {
        keyword = value = default;
        _rest = _rest.TrimStart((byte)' ');
        if (_rest.IsEmpty) return ParameterOutcome.End;
        var end = _rest.IndexOf((byte)' ');
        var parameter = end < 0 ? _rest : _rest[..end];
        _rest = _rest[parameter.Length..];

        var equals = parameter.IndexOf((byte)'=');
        keyword = equals < 0 ? parameter : parameter[..equals];
        if (!IsKeyword(keyword)) return ParameterOutcome.Malformed;
        if (equals < 0) return ParameterOutcome.Parameter;
        value = parameter[(equals + 1)..];
        return value.IsEmpty || value.ContainsAnyInRange((byte)0, (byte)' ') || value.ContainsAny((byte)'=', (byte)127)
            ? ParameterOutcome.Malformed : ParameterOutcome.Parameter;
    }

    // RFC 5321 §4.1.2: esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-").
    private static bool IsKeyword(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] == (byte)'-') return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c != (byte)'-') return false;
        }

        return true;
    }
}
