using System.Globalization;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Configuration;

/// <summary>The keys about maildrops and how their readers are spoken to.</summary>
internal static class Pop3Settings
{
    private const int MaxDays = 36_500;

    public static readonly Setting.Of<Pop3Language> Language = Setting.Choice("Pop3:Language", "en",
        "The language of POP3's greeting, and of its replies to clients that do not ask for another with LANG. Russian is sent in UTF-8, which an old client may not show.",
        ("en", Pop3Language.English), ("ru", Pop3Language.Russian), ("id", Pop3Language.Indonesian));

    public static readonly Setting.Of<Retention> Expire = new("Pop3:Expire", "never", string.Create(CultureInfo.InvariantCulture, $"`never`, or days from 0 to {MaxDays}"),
        "How long messages stay in an inbox where neither the account nor its domain says it; CAPA announces it as EXPIRE. With 0 a message goes when the session that has retrieved it ends with QUIT.",
        ParseRetention);

    public static readonly Setting.Of<TimeSpan> LoginDelay = Setting.Span("Pop3:LoginDelay", TimeSpan.Zero, (TimeSpan.Zero, TimeSpan.FromDays(1)),
        "The time that must pass from one POP3 login of an account to its next; an earlier one is refused with [LOGIN-DELAY]. With 00:00:00 there is none.");

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All = [Language, Expire, LoginDelay];

    private static (bool Ok, Retention Value) ParseRetention(string text)
    {
        if (text.Equals("never", StringComparison.OrdinalIgnoreCase)) return (true, Retention.Forever);
        return (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MaxDays, new Retention(days));
    }
}
