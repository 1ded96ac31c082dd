using System.Net;
using System.Net.Sockets;
using Merpati.Host.Cli;
using Merpati.Host.Configuration;
using Merpati.Pop3.Server;
using Merpati.Progin.Server;
using Merpati.Smtp.Server;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Composition;

/// <summary>The whole system in one process: the protocols over one directory, one intake and one store.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly Settings _settings;
    private readonly Heartbeat _heartbeat;
    private readonly ListenerSurroundings _surroundings;
    private readonly List<(string Name, ConnectionListener Listener)> _listeners = [];
    private readonly List<IDisposable> _owned = [];
    private Reception? _reception;
    private ProviderMail? _provider;
    private CollectedMail? _collected;
    private ExpirySweep? _expiry;

    private MailServer(Settings settings, ILoggerFactory loggers, TimeProvider time)
    {
        var limits = new ConnectionLimits(settings.Get(SettingTable.MaxConnections), settings.Get(SettingTable.MaxConnectionsPerAddress));
        _settings = settings;
        _heartbeat = new Heartbeat(time);
        _surroundings = new ListenerSurroundings(limits, _heartbeat, time, loggers);
    }

    /// <summary>The listeners by name, each with the address that it really has.</summary>
    public IEnumerable<(string Name, IPEndPoint EndPoint)> Listeners => _listeners.Select(listener => (listener.Name, listener.Listener.EndPoint));

    /// <summary>Starts everything, by the clock of this machine unless another is given. Throws <see cref="CommandFailure"/> when an address or a certificate cannot be had, with nothing left running.</summary>
    public static async Task<MailServer> StartAsync(IMailStore store, Settings settings, string dataDirectory, ILoggerFactory loggers, TimeProvider? time = null)
    {
        var server = new MailServer(settings, loggers, time ?? TimeProvider.System);
        try
        {
            await server.StartAsync(store, dataDirectory, loggers);
            return server;
        }
        catch (CertificateException fault)
        {
            await server.DisposeAsync();
            throw new CommandFailure($"no TLS: {fault.Message}");
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
        var collected = _collected?.Service.StopAsync(grace) ?? Task.CompletedTask;
        if (_provider is not null) await _provider.StopAsync(grace);
        var carried = _reception?.Outgoing.Queue.StopAsync(grace) ?? Task.CompletedTask;
        if (_expiry is not null) await _expiry.DisposeAsync();
        var cut = await Task.WhenAll(_listeners.Select(listener => listener.Listener.DrainAsync(grace)));
        await carried;
        await collected;
        return cut.Sum();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, listener) in _listeners) await listener.DisposeAsync();
        if (_provider is not null) await _provider.DisposeAsync();
        if (_reception is not null) await _reception.DisposeAsync();
        if (_expiry is not null) await _expiry.DisposeAsync();
        if (_collected is not null) await _collected.DisposeAsync();
        foreach (var owned in _owned) owned.Dispose();
        _heartbeat.Dispose();
    }

    private async Task StartAsync(IMailStore store, string dataDirectory, ILoggerFactory loggers)
    {
        var time = _surroundings.Time;
        var logins = Own(await Logins.OpenAsync(store, _settings, dataDirectory, loggers));
        CertificateStore.Prepare(_settings, dataDirectory, time);
        var certificates = Own(new PemCertificates(CertificateStore.Files(_settings, dataDirectory), time, loggers.CreateLogger("Merpati.Host.Certificates")));
        var authorities = CertificateStore.ClientAuthorities(_settings, dataDirectory);
        var tls = new TlsServer(new TlsServerOptions
        {
            Certificates = certificates,
            ApplicationProtocols = ["smtp"], // what Postfix and OpenSSL's clients say, and nothing of another protocol
            ClientAuthorities = authorities,
        });
        var pop3Tls = new TlsServer(new TlsServerOptions { Certificates = certificates, ApplicationProtocols = ["pop3"], ClientAuthorities = authorities });

        var outgoing = new OutgoingSurroundings(dataDirectory, _heartbeat, loggers) { Time = time };
        _reception = await Reception.OpenAsync(store, _settings, outgoing);
        var partners = _reception.Partners with { Sasl = logins.Sasl, Terminals = _reception.Terminals, Tls = tls };
        var relay = new SmtpService(ServiceOptions.Smtp(_settings, SmtpRole.Relay), partners, time, loggers);
        var submission = new SmtpService(ServiceOptions.Smtp(_settings, SmtpRole.Submission), partners, time, loggers);
        var pop3Partners = new Pop3Partners(logins.Authenticator, store.Messages) { Apop = logins.Apop, Sasl = logins.Sasl, Tls = pop3Tls };
        var pop3 = new Pop3Service(ServiceOptions.Pop3(_settings), pop3Partners, time, loggers);
        var progin = new ProginService(ServiceOptions.Progin(_settings), Progin(store, logins, partners), time, loggers);
        await ListenAsync(ListenerSettings.Smtp, relay);
        await ListenAsync(ListenerSettings.Submission, submission);
        await ListenAsync(ListenerSettings.Submissions, submission, tls);
        await ListenAsync(ListenerSettings.Pop3, pop3);
        await ListenAsync(ListenerSettings.Pop3s, pop3, pop3Tls);
        await ListenAsync(ListenerSettings.Progin, progin);
        _reception.Outgoing.Queue.Start();
        if (_settings.Get(DeliverySettings.ProviderEvery) is { Ticks: > 0 } every) await AskProviderAsync(store, dataDirectory, relay, every);
        _collected = CollectedMail.Create(store, _settings, outgoing);
        _collected.Service.Start();
        _expiry = new ExpirySweep(store.Messages.ExpireAsync, _settings.Get(Pop3Settings.Expire), time, loggers.CreateLogger("Merpati.Host.Expiry"));
    }

    private ProginPartners Progin(IMailStore store, Logins logins, SmtpPartners partners) => new(logins.Authenticator, partners.Directory, partners.Intake, store.Messages)
    {
        AddressBook = partners.AddressBook,
        DefaultDomain = new DefaultDomain(store.Accounts, _settings.Get(SettingTable.DefaultDomain)),
    };

    private async Task AskProviderAsync(IMailStore store, string dataDirectory, SmtpService service, TimeSpan every)
    {
        var command = _settings.Get(DeliverySettings.ProviderBy);
        var route = QueueFetchVerb.ReadRoute(_settings.Text(DeliverySettings.Provider), dataDirectory);
        var domains = await QueueFetchVerb.ConfiguredAsync(store, _settings, command, CancellationToken.None);
        _provider = new ProviderMail(_reception!.Outgoing, service, new ProviderOptions(route, command, domains), _surroundings.Loggers);
        _provider.Start(every);
    }

    private async Task ListenAsync(ListenerSetting listener, IConnectionService service, TlsServer? implicitTls = null)
    {
        var proxies = _settings.Get(listener.ProxyFrom);
        var options = new ListenerOptions { ImplicitTls = implicitTls, Proxy = proxies.Count == 0 ? null : new ProxyProtocol { Trusted = proxies } };
        foreach (var endPoint in _settings.Get(listener.EndPoints))
        {
            try
            {
                _listeners.Add((listener.Name, await ConnectionListener.StartAsync(endPoint, service, _surroundings, options)));
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                throw new CommandFailure($"cannot listen on {endPoint} for {listener.Name}: {failure.Message} (set {listener.EndPoints.Key} to another address, or to off)");
            }
        }
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Add(part);
        return part;
    }
}
