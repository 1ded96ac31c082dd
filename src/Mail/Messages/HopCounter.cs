namespace Merpati.Mail.Messages;

/// <summary>
/// Counts the Received fields of a header while it streams by, without keeping it: the loop check of RFC 5321 §6.3.
/// Octets may be handed in pieces of any size.
/// </summary>
public struct HopCounter
{
    private const int AtLineStart = 0;
    private const int Skipping = -1;
    private const int Finished = -2;

    private int _matched; // octets of "received:" matched on this line, or one of the states above
    private bool _emptyLine;

    /// <summary>The Received fields seen so far.</summary>
    public int Hops { get; private set; }

    private static ReadOnlySpan<byte> Field => "received:"u8;

    /// <summary>Takes the next octets of the message. Past the end of the header this costs nothing.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        while (_matched != Finished && !octets.IsEmpty)
        {
            if (_matched == Skipping)
            {
                var lineFeed = octets.IndexOf((byte)'\n');
                if (lineFeed < 0) return;
                octets = octets[(lineFeed + 1)..];
                StartLine();
                continue;
            }

            Step(octets[0]);
            octets = octets[1..];
        }
    }

    private void StartLine()
    {
        _matched = AtLineStart;
        _emptyLine = true;
    }

    private void Step(byte octet)
    {
        // An empty line ends the header. Before any line was seen the first one counts as a start too.
        if (octet == (byte)'\n')
        {
            if (_emptyLine || _matched == AtLineStart) _matched = Finished;
            else StartLine();
            return;
        }

        if (octet == (byte)'\r') return;
        _emptyLine = false;
        if ((octet is >= (byte)'A' and <= (byte)'Z' ? octet | 0x20 : octet) == Field[_matched])
        {
            if (++_matched < Field.Length) return;
            Hops++;
        }

        _matched = Skipping;
    }
}
