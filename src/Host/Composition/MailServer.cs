using System.Net;
using System.Net.Sockets;
using Merpati.Auth;
using Merpati.Auth.Passwords;
using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Host.Cli;
using Merpati.Host.Configuration;
using Merpati.Pop3.Server;
using Merpati.Smtp.Server;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Composition;

/// <summary>The whole system in one process: the protocols over one directory, one intake and one store.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly Heartbeat _heartbeat;
    private readonly PasswordChecker _passwords;
    private readonly List<(string Name, ConnectionListener Listener)> _listeners = [];

    private MailServer(Heartbeat heartbeat, PasswordChecker passwords)
    {
        _heartbeat = heartbeat;
        _passwords = passwords;
    }

    /// <summary>The listeners by name, each with the address that it really has.</summary>
    public IEnumerable<(string Name, IPEndPoint EndPoint)> Listeners => _listeners.Select(listener => (listener.Name, listener.Listener.EndPoint));

    /// <summary>Starts everything. Throws <see cref="CommandFailure"/> when an address cannot be had, with nothing left running.</summary>
    public static async Task<MailServer> StartAsync(IMailStore store, Settings settings, string dataDirectory, ILoggerFactory loggers)
    {
        var time = TimeProvider.System;
        var server = new MailServer(new Heartbeat(time), new PasswordChecker(PasswordOptions(settings), time));
        try
        {
            var defaultDomain = new DefaultDomain(store.Accounts, settings.Get(SettingTable.DefaultDomain));
            var terminals = new TerminalHub();
            var routing = new RoutingOptions { Postmaster = settings.Get(SettingTable.Postmaster) };
            var directory = new MailDirectory(store.Accounts, store.Addresses, defaultDomain, terminals, routing);
            var intake = new StoreIntake(new IntakeSurroundings(store.Messages, directory, terminals, time, loggers), IntakeOptions(settings, dataDirectory));
            var authenticator = new Authenticator(new AccountCredentials(store.Accounts, defaultDomain), server._passwords);
            var limits = new ConnectionLimits(settings.Get(SettingTable.MaxConnections), settings.Get(SettingTable.MaxConnectionsPerAddress));
            var surroundings = new ListenerSurroundings(limits, server._heartbeat, time, loggers);

            var smtp = new SmtpService(SmtpOptions(settings), new SmtpPartners(directory, intake), time, loggers);
            await server.ListenAsync("smtp", SettingTable.SmtpEndPoints, settings, smtp, surroundings);
            var pop3 = new Pop3Service(Pop3Options(settings), authenticator, store.Messages, time, loggers);
            await server.ListenAsync("pop3", SettingTable.Pop3EndPoints, settings, pop3, surroundings);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more connections and gives the sessions their time to end; returns how many had to be cut.</summary>
    public async Task<int> StopAsync(TimeSpan grace)
    {
        await Task.WhenAll(_listeners.Select(listener => listener.Listener.StopAcceptingAsync()));
        var cut = await Task.WhenAll(_listeners.Select(listener => listener.Listener.DrainAsync(grace)));
        return cut.Sum();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, listener) in _listeners) await listener.DisposeAsync();
        _passwords.Dispose();
        _heartbeat.Dispose();
    }

    private async Task ListenAsync(
        string name, Setting.Of<IReadOnlyList<IPEndPoint>> key, Settings settings, IConnectionService service, ListenerSurroundings surroundings)
    {
        foreach (var endPoint in settings.Get(key))
        {
            try
            {
                _listeners.Add((name, await ConnectionListener.StartAsync(endPoint, service, surroundings)));
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                throw new CommandFailure($"cannot listen on {endPoint} for {name}: {failure.Message} (set {key.Key} to another address, or to off)");
            }
        }
    }

    private static PasswordCheckerOptions PasswordOptions(Settings settings)
    {
        var threads = settings.Get(SettingTable.CheckThreads);
        return new PasswordCheckerOptions
        {
            Threads = threads > 0 ? threads : Math.Max(1, Environment.ProcessorCount / 2),
            CacheEntries = settings.Get(SettingTable.CacheEntries),
            CacheLifetime = settings.Get(SettingTable.CacheLifetime),
            Iterations = settings.Get(SettingTable.Iterations),
        };
    }

    private static IntakeOptions IntakeOptions(Settings settings, string dataDirectory) => new()
    {
        HostName = settings.HostName,
        SpoolDirectory = Path.Combine(dataDirectory, "spool"),
        MaxMessageBytes = settings.Get(SettingTable.MaxMessageBytes),
        MaxHops = settings.Get(SettingTable.MaxHops),
    };

    private static SmtpServiceOptions SmtpOptions(Settings settings) => new()
    {
        HostName = settings.HostName,
        MaxMessageBytes = settings.Get(SettingTable.MaxMessageBytes),
        MaxRecipients = settings.Get(SettingTable.MaxRecipients),
        MaxErrors = settings.Get(SettingTable.SmtpMaxErrors),
        BareNewlines = settings.Get(SettingTable.BareNewlinePolicy),
        CommandTimeout = settings.Get(SettingTable.SmtpCommandTimeout),
        DataTimeout = settings.Get(SettingTable.SmtpDataTimeout),
        MinDataOctetsPerSecond = settings.Get(SettingTable.SmtpMinDataRate),
    };

    private static Pop3ServiceOptions Pop3Options(Settings settings) => new()
    {
        HostName = settings.HostName,
        LoginTimeout = settings.Get(SettingTable.Pop3LoginTimeout),
        IdleTimeout = settings.Get(SettingTable.Pop3IdleTimeout),
        SendTimeout = settings.Get(SettingTable.Pop3SendTimeout),
        RequireTls = settings.Get(SettingTable.RequireTls),
    };
}
