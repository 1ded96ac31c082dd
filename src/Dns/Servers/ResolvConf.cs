using System.Net;

namespace Merpati.Dns.Servers;

/// <summary>Reads the <c>nameserver</c> lines of resolv.conf(5). All other lines are for programs that complete names, which we never do.</summary>
internal static class ResolvConf
{
    private const int Port = 53;
    private const int MaxServers = 8;
    private const string Keyword = "nameserver";

    public static IReadOnlyList<IPEndPoint> Read(TextReader text)
    {
        var servers = new List<IPEndPoint>();
        while (servers.Count < MaxServers && text.ReadLine() is { } line)
        {
            var rest = line.AsSpan();
            if (!rest.StartsWith(Keyword, StringComparison.Ordinal)) continue;
            rest = rest[Keyword.Length..];
            if (rest.IsEmpty || rest[0] is not (' ' or '\t')) continue;
            rest = rest.Trim(" \t");
            var end = rest.IndexOfAny(" \t#;");
            if (IPAddress.TryParse(end < 0 ? rest : rest[..end], out var address)) servers.Add(new IPEndPoint(address, Port));
        }

        return servers;
    }
}
