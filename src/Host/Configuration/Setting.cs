using System.Globalization;
using System.Net;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;

namespace Merpati.Host.Configuration;

/// <summary>One configuration key: its name, default, what is allowed and what it is for. The page of all keys is written from these.</summary>
internal abstract record Setting(string Key, string Default, string Allowed, string Purpose)
{
    /// <summary>What the keys of a family begin with: those of <c>Delivery:Routes:&lt;domain&gt;</c>; null for a single key.</summary>
    public string? Family => Key.EndsWith('>') ? Key[..Key.IndexOf('<', StringComparison.Ordinal)] : null;

    /// <summary>Whether a key, in any case, is this one or of this family.</summary>
    public bool Names(string key) => Family is { } family
        ? key.Length > family.Length && key.StartsWith(family, StringComparison.OrdinalIgnoreCase) && !key.AsSpan(family.Length).Contains(':')
            && Domain.TryParse(key[family.Length..].TrimStart('.'), out _)
        : key.Equals(Key, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether <paramref name="value"/> is allowed.</summary>
    public abstract bool Allows(string value);

    /// <summary>A key whose values are of type <typeparamref name="T"/>.</summary>
    internal sealed record Of<T>(string Key, string Default, string Allowed, string Purpose, Func<string, (bool Ok, T Value)> Parse)
        : Setting(Key, Default, Allowed, Purpose)
    {
        public override bool Allows(string value) => Parse(value).Ok;
    }

    public static Of<int> Integer(string key, int initial, (int Min, int Max) range, string purpose) => new(
        key, initial.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"a number from {range.Min} to {range.Max}"), purpose,
        text => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= range.Min && value <= range.Max, value));

    public static Of<long> Octets(string key, long initial, (long Min, long Max) range, string purpose) => new(
        key, initial.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"octets, from {range.Min} to {range.Max}"), purpose,
        text => (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= range.Min && value <= range.Max, value));

    public static Of<TimeSpan> Span(string key, TimeSpan initial, (TimeSpan Min, TimeSpan Max) range, string purpose) => new(
        key, initial.ToString("c", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"a time span hh:mm:ss, from {range.Min:c} to {range.Max:c}"), purpose,
        text => (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= range.Min && value <= range.Max,
            TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var parsed) ? parsed : default));

    public static Of<T> Choice<T>(string key, string initial, string purpose, params (string Name, T Value)[] choices) => new(
        key, initial, string.Join(", ", choices.Select(choice => $"`{choice.Name}`")), purpose,
        text => Array.FindIndex(choices, choice => choice.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at
            ? (true, choices[at].Value)
            : (false, choices[0].Value));

    public static Of<Domain?> OptionalDomain(string key, string purpose) => new(
        key, "", "a domain, or nothing", purpose,
        text => text.Length == 0 ? (true, null) : (Domain.TryParse(text, out var domain) && !domain.IsLiteral, domain));

    public static Of<EmailAddress?> OptionalAddress(string key, string purpose) => new(
        key, "", "an address, or nothing", purpose,
        text => text.Length == 0 ? (true, null) : (EmailAddress.TryParse(text, out var address), address));

    /// <summary>Addresses, none by default. In a key that ends in <c>&lt;…&gt;</c> that part stands for any domain.</summary>
    public static Of<IReadOnlyList<EmailAddress>> Addresses(string key, string purpose) => new(
        key, "", "addresses with commas, or nothing", purpose,
        text =>
        {
            var addresses = new List<EmailAddress>();
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!EmailAddress.TryParse(part, out var address)) return (false, []);
                addresses.Add(address);
            }

            return (true, addresses);
        });

    /// <summary>Domains in canonical form, none by default; where <paramref name="withBelow"/>, one that begins with a dot stands for those below it.</summary>
    public static Of<IReadOnlyList<string>> Domains(string key, bool withBelow, string purpose) => new(
        key, "", withBelow ? "domains with commas, `.example.net` for those below one, or nothing" : "domains with commas, or nothing", purpose,
        text =>
        {
            var domains = new List<string>();
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var isBelow = withBelow && part.StartsWith('.');
                if (!Domain.TryParse(isBelow ? part[1..] : part, out var domain) || domain.IsLiteral) return (false, []);
                domains.Add(isBelow ? "." + domain.Name : domain.Name);
            }

            return (true, domains);
        });

    public static Of<IReadOnlyList<IPEndPoint>> EndPoints(string key, string initial, string purpose) => new(
        key, initial, "`ADDRESS:PORT`, several with commas, or `off`", purpose, ParseEndPoints);

    /// <summary>Networks as CIDR, none by default; an address alone is a network of one.</summary>
    public static Of<IReadOnlyList<IPNetwork>> Networks(string key, string purpose) => new(
        key, "", "networks as `192.0.2.0/24`, `2001:db8::/32` or single addresses, several with commas, or nothing", purpose, ParseNetworks);

    /// <summary>A route to another host, none by default. In a key that ends in <c>&lt;…&gt;</c> that part stands for any domain.</summary>
    public static Of<RelayRoute?> Route(string key, string purpose) => new(
        key, "", RouteText.Allowed + ", or nothing", purpose,
        text => text.Length == 0 ? (true, null) : (RouteText.TryParse(text, null, out var route), route));

    /// <summary>Servers, none by default; an address alone means the given port.</summary>
    public static Of<IReadOnlyList<IPEndPoint>> Servers(string key, int port, string purpose) => new(
        key, "", "`ADDRESS` or `ADDRESS:PORT`, several with commas, or nothing", purpose,
        text =>
        {
            var servers = new List<IPEndPoint>();
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!part.Contains("]:", StringComparison.Ordinal) && IPAddress.TryParse(part, out var address)) servers.Add(new IPEndPoint(address, port));
                else if (IPEndPoint.TryParse(part, out var server) && server.Port != 0) servers.Add(server);
                else return (false, []);
            }

            return (true, servers);
        });

    /// <summary>Files, none by default; relative to the data directory.</summary>
    public static Of<IReadOnlyList<string>> Paths(string key, string purpose) => new(
        key, "", "a file, several with commas, or nothing", purpose,
        text => (true, text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Any number of choices, none by default.</summary>
    public static Of<IReadOnlySet<string>> Several(string key, string purpose, params string[] choices) => new(
        key, "", $"{string.Join(", ", choices.Select(choice => $"`{choice}`"))}, several with commas, or nothing", purpose,
        text =>
        {
            var named = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return (named.All(name => choices.Contains(name, StringComparer.OrdinalIgnoreCase)), named.ToHashSet(StringComparer.OrdinalIgnoreCase));
        });

    /// <summary>One character that may stand in a local part, or none.</summary>
    public static Of<char?> Separator(string key, char initial, string purpose) => new(
        key, initial.ToString(), "one of `+ - _ = ~ #`, or nothing", purpose,
        text => text.Length == 0 ? (true, null) : (text.Length == 1 && "+-_=~#".Contains(text[0], StringComparison.Ordinal), text[0]));

    private static (bool Ok, IReadOnlyList<IPNetwork> Value) ParseNetworks(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network)) networks.Add(network);
            else if (IPAddress.TryParse(part, out var address)) networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else return (false, []);
        }

        return (true, networks);
    }

    private static (bool Ok, IReadOnlyList<IPEndPoint> Value) ParseEndPoints(string text)
    {
        if (text.Equals("off", StringComparison.OrdinalIgnoreCase)) return (true, []);
        var endPoints = new List<IPEndPoint>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            // "127.0.0.1" alone would parse as an address with port 0.
            if (!part.Contains(':', StringComparison.Ordinal) || part.EndsWith(']') || !IPEndPoint.TryParse(part, out var endPoint)) return (false, []);
            endPoints.Add(endPoint);
        }

        return (true, endPoints);
    }
}
