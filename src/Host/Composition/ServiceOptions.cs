using Merpati.Auth.Passwords;
using Merpati.Auth.Throttle;
using Merpati.Delivery.Collecting;
using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Host.Configuration;
using Merpati.Pop3.Server;
using Merpati.Progin.Server;
using Merpati.Smtp.Server;

namespace Merpati.Host.Composition;

/// <summary>What the configuration means for each part of the system.</summary>
internal static class ServiceOptions
{
    public static PasswordCheckerOptions Passwords(Settings settings)
    {
        var threads = settings.Get(LoginSettings.CheckThreads);
        return new PasswordCheckerOptions
        {
            Threads = threads > 0 ? threads : Math.Max(1, Environment.ProcessorCount / 2),
            CacheEntries = settings.Get(LoginSettings.CacheEntries),
            CacheLifetime = settings.Get(LoginSettings.CacheLifetime),
            Iterations = settings.Get(LoginSettings.Iterations),
        };
    }

    public static LoginThrottleOptions Throttle(Settings settings) => new()
    {
        AllowedNetworks = settings.Get(LoginSettings.ThrottleAllowedNetworks),
        Window = settings.Get(LoginSettings.ThrottleWindow),
        AddressLimit = settings.Get(LoginSettings.ThrottleAddressLimit),
        NetworkLimit = settings.Get(LoginSettings.ThrottleNetworkLimit),
        AccountLimit = settings.Get(LoginSettings.ThrottleAccountLimit),
        FreeFailures = settings.Get(LoginSettings.ThrottleFreeFailures),
        FirstDelay = settings.Get(LoginSettings.ThrottleFirstDelay),
        MaxDelay = settings.Get(LoginSettings.ThrottleMaxDelay),
        FirstRefusal = settings.Get(LoginSettings.ThrottleFirstRefusal),
        MaxRefusal = settings.Get(LoginSettings.ThrottleMaxRefusal),
    };

    public static IntakeOptions Intake(Settings settings, string dataDirectory) => new()
    {
        HostName = settings.HostName,
        SpoolDirectory = Path.Combine(dataDirectory, "spool"),
        MaxMessageBytes = settings.Get(SettingTable.MaxMessageBytes),
        MaxHops = settings.Get(SettingTable.MaxHops),
    };

    public static CollectOptions Collecting(Settings settings, string dataDirectory) => new()
    {
        HostName = settings.HostName,
        SpoolDirectory = Path.Combine(dataDirectory, "spool"),
        LockDirectory = Path.Combine(dataDirectory, "collecting"),
        MaxMessageBytes = settings.Get(SettingTable.MaxMessageBytes),
        Retention = settings.Get(Pop3Settings.Expire),
    };

    public static RoutingOptions Routing(Settings settings) => new()
    {
        Postmaster = settings.Get(SettingTable.Postmaster),
        DetailSeparator = settings.Get(SettingTable.SubaddressSeparator)?.ToString() ?? "",
    };

    public static SmtpServiceOptions Smtp(Settings settings, SmtpRole role) => new()
    {
        HostName = settings.HostName,
        Role = role,
        TrustedNetworks = settings.Get(SettingTable.TrustedNetworks),
        RequireTls = settings.Get(LoginSettings.RequireTls),
        Vrfy = settings.Get(SettingTable.Vrfy),
        Expn = settings.Get(SettingTable.Expn),
        Etrn = settings.Get(SettingTable.Etrn),
        MaxMessageBytes = settings.Get(SettingTable.MaxMessageBytes),
        MaxRecipients = settings.Get(SettingTable.MaxRecipients),
        MaxErrors = settings.Get(SettingTable.SmtpMaxErrors),
        BareNewlines = settings.Get(SettingTable.BareNewlinePolicy),
        CommandTimeout = settings.Get(SettingTable.SmtpCommandTimeout),
        DataTimeout = settings.Get(SettingTable.SmtpDataTimeout),
        MinDataOctetsPerSecond = settings.Get(SettingTable.SmtpMinDataRate),
    };

    public static ProginServiceOptions Progin(Settings settings) => new()
    {
        LoginTimeout = settings.Get(ProginSettings.LoginTimeout),
        IdleTimeout = settings.Get(ProginSettings.IdleTimeout),
        DataTimeout = settings.Get(ProginSettings.DataTimeout),
        SendTimeout = settings.Get(ProginSettings.SendTimeout),
        MinDataOctetsPerSecond = settings.Get(SettingTable.SmtpMinDataRate),
        MaxMessageBytes = settings.Get(SettingTable.MaxMessageBytes),
        MaxRecipients = settings.Get(SettingTable.MaxRecipients),
        RequireTls = settings.Get(LoginSettings.RequireTls),
    };

    public static Pop3ServiceOptions Pop3(Settings settings) => new()
    {
        HostName = settings.HostName,
        LoginTimeout = settings.Get(SettingTable.Pop3LoginTimeout),
        IdleTimeout = settings.Get(SettingTable.Pop3IdleTimeout),
        SendTimeout = settings.Get(SettingTable.Pop3SendTimeout),
        Language = settings.Get(Pop3Settings.Language),
        DefaultRetention = settings.Get(Pop3Settings.Expire),
        LoginDelay = settings.Get(Pop3Settings.LoginDelay),
        RefusesUtf8Unasked = settings.Get(Pop3Settings.RefusesUtf8),
        OffersChannelBinding = settings.Get(Pop3Settings.ChannelBinding),
        RequireTls = settings.Get(LoginSettings.RequireTls),
    };
}
