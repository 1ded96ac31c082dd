namespace Merpati.Smtp.Client;

/// <summary>
/// Sees to it that a text that goes by DATA has no CR or LF but in pairs (RFC 5321 §2.3.8): what one server takes for the end of a message another one may
/// not, and what follows would be a message that nobody sent. Resumable.
/// </summary>
internal struct NewlineGuard
{
    /// <summary>Whether what was seen ends in a CR that still needs its LF.</summary>
    public bool EndsInBareCr { get; private set; }

    /// <summary>Whether the next octets of the text are fit to go.</summary>
    public bool Allows(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return true;
        if (EndsInBareCr)
        {
            if (octets[0] != (byte)'\n') return false;
            octets = octets[1..];
            EndsInBareCr = false;
        }

        while (true)
        {
            var found = octets.IndexOfAny((byte)'\r', (byte)'\n');
            if (found < 0) return true;
            if (octets[found] == (byte)'\n') return false;
            if (found + 1 == octets.Length)
            {
                EndsInBareCr = true;
                return true;
            }

            if (octets[found + 1] != (byte)'\n') return false;
            octets = octets[(found + 2)..];
        }
    }
}
