namespace Merpati.Dns.Messages;

/// <summary>The numbers of the header and of the records that only carry other things (RFC 1035 §4.1.1, RFC 6891 §6.1).</summary>
internal static class WireTerms
{
    public const int HeaderLength = 12;
    public const int ClassIn = 1;
    public const int TypeSoa = 6;
    public const int TypeOpt = 41;

    // What one datagram carries everywhere without being cut into fragments, which are easily forged.
    public const int DatagramSize = 1232;

    public const int IsResponse = 0x8000;
    public const int OpcodeMask = 0x7800;
    public const int Authoritative = 0x0400;
    public const int Truncated = 0x0200;
    public const int RecursionDesired = 0x0100;
    public const int RecursionAvailable = 0x0080;
    public const int AuthenticData = 0x0020;
    public const int CodeMask = 0x000F;
}
