using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Host.Cli.Talking;

/// <summary>Where a console connects to, and how.</summary>
/// <param name="Host">The name or address.</param>
/// <param name="Port">The port.</param>
internal sealed record TalkTarget(string Host, int Port)
{
    private static readonly int[] TlsPorts = [465, 995, 2465, 2995]; // RFC 8314 §7.3, and Merpati's own

    /// <summary>Whether TLS begins with the connection.</summary>
    public bool IsImplicitTls { get; init; }

    /// <summary>Whether a server whose certificate does not verify is not talked to.</summary>
    public bool MustVerify { get; init; }

    /// <summary>The name that the certificate must be for.</summary>
    public string TlsName { get; init; } = Host;

    /// <summary>The authorities to trust; null for those of the machine.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Reads HOST:PORT, HOST, [ADDRESS]:PORT or ADDRESS; wrong usage where it is none of them.</summary>
    public static TalkTarget Parse(string text, string protocol, bool? implicitTls)
    {
        var (host, port) = Split(text);
        if (port is null or < 1 or > 65_535 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            if (port is not 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown) throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not HOST:PORT", ExitStatus.WrongUsage);
            port = DefaultPort(protocol, implicitTls == true);
        }

        return new TalkTarget(host, port.Value) { IsImplicitTls = implicitTls ?? TlsPorts.Contains(port.Value) };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host} port {Port}");

    // The port is 0 where none was given, and null where what was given is none.
    private static (string Host, int? Port) Split(string text)
    {
        if (IPAddress.TryParse(text, out var bare) && bare.ToString().Contains(':', StringComparison.Ordinal) && text[0] != '[') return (text, 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text.EndsWith(']')) return (text.Trim('[', ']'), 0);
        var isNumber = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port != 0;
        return (text[..colon].Trim('[', ']'), isNumber ? port : null);
    }

    private static int DefaultPort(string protocol, bool isTls) => (protocol, isTls) switch
    {
        ("smtp", false) => 25,
        ("smtp", true) => 465,
        ("pop3", false) => 110,
        ("pop3", true) => 995,
        _ => 2109,
    };
}
