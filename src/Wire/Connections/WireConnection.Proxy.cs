using System.Net;
using Merpati.Wire.Listening;

namespace Merpati.Wire.Connections;

/// <content>Learning from a load balancer who the peer is.</content>
public sealed partial class WireConnection
{
    /// <summary>Reads the header of the PROXY protocol, whole within <paramref name="timeout"/>. Null when it was good, or else why not.</summary>
    internal async ValueTask<string?> ReadProxyHeaderAsync(TimeSpan timeout)
    {
        Arm(timeout);
        try
        {
            while (true)
            {
                var result = await _input.ReadAsync();
                var buffer = result.Buffer;
                var outcome = ProxyHeader.Read(ref buffer, out var named);
                _input.AdvanceTo(buffer.Start, outcome == ProxyOutcome.NeedMore ? buffer.End : buffer.Start);
                if (outcome == ProxyOutcome.Unnamed) return null;
                if (outcome == ProxyOutcome.Named) return Take(named) ? null : "the PROXY header names an address that cannot be the client's";
                if (outcome == ProxyOutcome.Malformed) return "the PROXY header is malformed";
                if (_expired) return "the PROXY header did not come in time";
                if (result.IsCompleted) return "it ended before its PROXY header";
            }
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            return "it broke before its PROXY header";
        }
        finally
        {
            Disarm();
        }
    }

    // An address of this machine opens doors. Only a load balancer on this machine can have a client here.
    private bool Take(ConnectionEnds named)
    {
        var proxied = named with { Proxy = Ends.Remote };
        var address = proxied.RemoteAddress!;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return false;
        if (IPAddress.IsLoopback(address) && !Ends.IsLoopback) return false;
        Ends = proxied;
        return true;
    }
}
