using Merpati.Mail.Addresses;

namespace Merpati.Host.Configuration;

/// <summary>The configuration as it holds for one start: every value checked, the defaults filled in.</summary>
internal sealed class Settings
{
    private readonly Dictionary<string, string> _values;

    public Settings(Dictionary<string, string> values) => _values = values;

    /// <summary>The name of this host: configured, or the machine's own as far as it is a domain.</summary>
    public string HostName
    {
        get
        {
            if (Get(SettingTable.HostName) is { } configured) return configured.Name;
            return Domain.TryParse(System.Net.Dns.GetHostName(), out var own) ? own.Name : "localhost";
        }
    }

    /// <summary>What is set of a family of keys: the part that stands for the domain, in lower case, and the value's text.</summary>
    public IEnumerable<(string Domain, string Text)> Members(Setting family) =>
        from value in _values
        where family.Family is { } prefix && family.Names(value.Key)
        select (value.Key[family.Family!.Length..].ToLowerInvariant(), value.Value);

    /// <summary>The text of a key as it was written, or its default.</summary>
    public string Text(Setting setting) => _values.GetValueOrDefault(setting.Key, setting.Default);

    /// <summary>The value of a key, or its default.</summary>
    public T Get<T>(Setting.Of<T> setting)
    {
        var (ok, value) = setting.Parse(_values.GetValueOrDefault(setting.Key, setting.Default));
        return ok ? value : throw new InvalidOperationException($"{setting.Key} was not checked");
    }
}
