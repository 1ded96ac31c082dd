using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;
using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Collecting;

/// <summary>
/// A maildrop on another server as a URL, <c>pop3://user@host:110/</c> or <c>pop3s://user@host:995/</c>. It never holds a password. Its text is canonical:
/// the same maildrop is always written the same way.
/// </summary>
public sealed record MaildropUrl
{
    /// <summary>The longest user name, in characters.</summary>
    public const int MaxUserLength = 255;

    private const int PlainPort = 110;
    private const int TlsPort = 995; // RFC 8314 §3.3

    private MaildropUrl(bool isImplicitTls, string user, string host, int port)
    {
        IsImplicitTls = isImplicitTls;
        User = user;
        Host = host;
        Port = port;
    }

    /// <summary>Whether TLS begins with the first octet.</summary>
    public bool IsImplicitTls { get; }

    /// <summary>The name to log in with, decoded; 1 to <see cref="MaxUserLength"/> characters without control characters.</summary>
    public string User { get; }

    /// <summary>The server: a domain name in lower case, or an address.</summary>
    public string Host { get; }

    /// <summary>The port, from 1 to 65,535.</summary>
    public int Port { get; }

    /// <summary>Whether the server is this machine, so that nobody listens on the way.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Reads a URL; <paramref name="fault"/> says what is wrong with it, in a line that repeats nothing of it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MaildropUrl? url, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        url = null;
        if (!TryScheme(text, out var isImplicitTls, out var rest))
        {
            fault = "it begins with pop3:// or pop3s://";
            return false;
        }

        if (rest.EndsWith('/')) rest = rest[..^1];
        var at = rest.LastIndexOf('@'); // a user name that is an address needs no encoding
        if (at < 1)
        {
            fault = "it names no user: write it as pop3://user@host/";
            return false;
        }

        fault = FaultOfUser(rest[..at], out var user);
        if (fault is not null) return false;
        fault = FaultOfServer(rest[(at + 1)..], isImplicitTls ? TlsPort : PlainPort, out var host, out var port);
        if (fault is not null) return false;
        url = new MaildropUrl(isImplicitTls, user, host, port);
        return true;
    }

    /// <summary>The canonical text.</summary>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{(IsImplicitTls ? "pop3s" : "pop3")}://{Uri.EscapeDataString(User)}@{host}:{Port}/");
    }

    private static bool TryScheme(string text, out bool isImplicitTls, out ReadOnlySpan<char> rest)
    {
        isImplicitTls = text.StartsWith("pop3s://", StringComparison.OrdinalIgnoreCase);
        rest = text;
        if (!isImplicitTls && !text.StartsWith("pop3://", StringComparison.OrdinalIgnoreCase)) return false;
        rest = text.AsSpan(text.IndexOf("//", StringComparison.Ordinal) + 2);
        return true;
    }

    // RFC 3986 §3.2.1: what follows a colon is a password, and one on a command line could be read by every user of the machine.
    private static string? FaultOfUser(ReadOnlySpan<char> text, out string user)
    {
        user = "";
        if (text.Contains(':')) return "it holds a password, which is never taken from the command line; a colon in the user's name is written %3A";
        if (!TryDecode(text, out user)) return "the user's name is not encoded as a URL wants it";
        if (user.Length is 0 or > MaxUserLength) return $"the user's name has 1 to {MaxUserLength} characters";
        return user.Any(char.IsControl) ? "the user's name has characters that none can have" : null;
    }

    // RFC 3986 §2.1
    private static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        decoded = "";
        var octets = new List<byte>(text.Length);
        var rest = text;
        while (!rest.IsEmpty)
        {
            var percent = rest.IndexOf('%');
            var plain = percent < 0 ? rest : rest[..percent];
            octets.AddRange(Encoding.UTF8.GetBytes(plain.ToString()));
            rest = rest[plain.Length..];
            if (rest.IsEmpty) break;
            if (rest.Length < 3 || !byte.TryParse(rest[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)) return false;
            octets.Add(octet);
            rest = rest[3..];
        }

        var all = octets.ToArray();
        if (!Utf8.IsValid(all)) return false;
        decoded = Encoding.UTF8.GetString(all);
        return true;
    }

    private static string? FaultOfServer(ReadOnlySpan<char> text, int defaultPort, out string host, out int port)
    {
        host = "";
        port = defaultPort;
        if (text.Contains('/') || text.Contains('?') || text.Contains('#')) return "nothing follows the host and its port";
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            var isPort = int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535;
            if (!isPort) return "the port is a number from 1 to 65535";
            text = text[..colon];
        }

        return TryHost(text.ToString(), out host) ? null : "its host is neither a domain name nor an address";
    }

    private static bool TryHost(string text, out string host)
    {
        host = "";
        if (text.StartsWith('[') && text.EndsWith(']'))
        {
            if (!IPAddress.TryParse(text[1..^1], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6) return false;
            host = address.ToString();
            return true;
        }

        // "1" would be read as 0.0.0.1.
        if (IPAddress.TryParse(text, out var four) && four.ToString() == text)
        {
            host = text;
            return true;
        }

        if (!Domain.TryParse(text, out var domain) || domain.IsLiteral) return false;
        host = domain.Name;
        return true;
    }
}
