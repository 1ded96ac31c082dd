using Merpati.Delivery.Routing;

namespace Merpati.Host.Configuration;

/// <summary>How a route is written in the configuration: <c>HOST:PORT</c> or <c>dns</c>, then words about TLS, login and the like.</summary>
internal static class RouteText
{
    public const string Allowed =
        "`HOST:PORT`, `dns` or `on-demand`, then any of `tls=opportunistic|none|required|verified`, `implicit`, `lmtp`, `user=NAME`, `password-file=FILE`, `fallback=HOST:PORT`, `private`";

    /// <summary>Reads a route; the password is read from its file only where <paramref name="dataDirectory"/> is given.</summary>
    public static bool TryParse(string text, string? dataDirectory, out RelayRoute? route)
    {
        route = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0) return false;
        var made = new RelayRoute(words[0].ToLowerInvariant());
        if (words[0].Equals("dns", StringComparison.OrdinalIgnoreCase)) made = new RelayRoute("");
        else if (words[0].Equals("on-demand", StringComparison.OrdinalIgnoreCase)) made = new RelayRoute("") { IsOnDemand = true };
        else if (TryHost(words[0], out var host)) made = made with { Host = host };
        else return false;

        string? user = null;
        string? passwordFile = null;
        foreach (var word in words.AsSpan(1))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
            if (name is "user" && value.Length > 0) user = value;
            else if (name is "password-file" && value.Length > 0) passwordFile = value;
            else if (Apply(made, name, value) is { } changed) made = changed;
            else return false;
        }

        if (user is null != passwordFile is null) return false;
        if (user is not null && dataDirectory is not null) made = made with { Credentials = new RelayCredentials(user, ReadPassword(Path.Combine(dataDirectory, passwordFile!))) };
        route = made;
        return true;
    }

    private static RelayRoute? Apply(RelayRoute route, string name, string value) => (name, value) switch
    {
        ("tls", "opportunistic") => route with { Tls = TlsPolicy.Opportunistic },
        ("tls", "none") => route with { Tls = TlsPolicy.None },
        ("tls", "required") => route with { Tls = TlsPolicy.Required },
        ("tls", "verified") => route with { Tls = TlsPolicy.Verified },
        ("implicit", "") => route with { IsImplicitTls = true },
        ("lmtp", "") => route with { IsLmtp = true },
        ("private", "") => route with { AllowsPrivate = true },
        ("fallback", _) when TryHost(value, out var fallback) => route with { Fallback = fallback },
        _ => null,
    };

    private static bool TryHost(string text, out RelayHost? host)
    {
        host = null;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), out var port) || port == 0) return false;
        host = new RelayHost(text[..colon], port);
        return true;
    }

    // One line: what follows the first line end is not part of it.
    private static string ReadPassword(string path) => File.ReadLines(path).FirstOrDefault() ?? "";
}
