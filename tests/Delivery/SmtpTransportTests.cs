using System.Net;
using Merpati.Delivery.Queue;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Dns;
using Merpati.Dns.MailHosts;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Smtp.Client;
using Merpati.Storage.Queue;
using Merpati.Wire.Connecting;

namespace Merpati.Delivery.Tests;

public sealed class SmtpTransportTests
{
    [Fact]
    public async Task AMessageGoesByTheRouteToItsHostWithWhatTheSenderAsked()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await using var peer = new ScriptedPeer(Polite);
        var runner = Run(queue, peer);
        var notices = new RecipientNotices(NotifyConditions.Success, null);
        var sending = queue.Sending("x@a.example", "nobody@a.example") with { From = "alice@example.org", Notices = notices, EnvelopeId = "E1" };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync("Subject: x\r\n\r\n.dot\r\n"));
        runner.Start();
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count == 0);
        await runner.DisposeAsync();
        Assert.Equal("EHLO mx.example.org", peer.Heard[0]);
        Assert.StartsWith("MAIL FROM:<alice@example.org> SIZE=", peer.Heard[1], StringComparison.Ordinal);
        Assert.EndsWith(" ENVID=E1", peer.Heard[1], StringComparison.Ordinal);
        Assert.Contains("RCPT TO:<x@a.example> NOTIFY=SUCCESS", peer.Heard);
        Assert.EndsWith("Subject: x\r\n\r\n..dot\r\n", peer.Text.ToString(), StringComparison.Ordinal);

        // The host knows DSN and has taken the duty to tell of success; the failure was not asked for.
        Assert.Empty(await queue.Store.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task WhatTheHostSaysIsKeptInFull()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await using var peer = new ScriptedPeer(command => command.StartsWith("RCPT", StringComparison.Ordinal) ? "451-4.7.1 come back\r\n451 4.7.1 later" : Polite(command));
        var runner = Run(queue, peer);
        await queue.SendAsync("x@a.example");
        runner.Start();
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync())[0].Attempts == 1);
        await runner.DisposeAsync();
        var entry = Assert.Single(await queue.ListAsync());
        var report = Assert.Single(await queue.Queue.ReadAttemptsAsync(entry.Id, CancellationToken.None)).Report;
        Assert.Equal(("451-4.7.1 come back\n451 4.7.1 later", "4.7.1", peer.Address.ToString(), ""), (report.Reply, report.Status, report.Address, report.Tls));
    }

    [Theory]
    [InlineData("554 5.3.2 no mail here", AttemptOutcome.Failed, "5.3.2")]
    [InlineData("421 4.3.2 busy", AttemptOutcome.Deferred, "4.3.2")]
    [InlineData("hello?", AttemptOutcome.Deferred, "4.5.0")]
    [InlineData(null, AttemptOutcome.Deferred, "4.4.1")]
    public async Task WhatAGreetingSaysIsAboutTheHost(string? greeting, AttemptOutcome outcome, string status)
    {
        await using var peer = new ScriptedPeer(command => command.Length == 0 ? greeting : Polite(command));
        var (session, failure) = await Transport().ConnectAsync(new NextHost("mx.a.example", peer.Address), new RelayRoute(""), CancellationToken.None);
        Assert.Null(session);
        Assert.Equal((outcome, status, "mx.a.example"), (failure!.Outcome, failure.Status, failure.Host));
    }

    [Fact]
    public async Task WithoutTheTlsThatIsAskedNothingIsSentAndItWaits()
    {
        await using var peer = new ScriptedPeer(Polite);
        foreach (var policy in new[] { TlsPolicy.Required, TlsPolicy.Verified })
        {
            var (session, failure) = await Transport().ConnectAsync(new NextHost("mx.a.example", peer.Address), new RelayRoute("") { Tls = policy }, CancellationToken.None);
            Assert.Null(session);
            Assert.Equal((AttemptOutcome.Deferred, "4.7.10"), (failure!.Outcome, failure.Status));
        }

        Assert.DoesNotContain(peer.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhoBreaksTheHandshakeDoesNotGetThePassword()
    {
        await using var peer = new ScriptedPeer(command => command.Split(' ')[0] switch
        {
            "EHLO" => "250-mx.a.example\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS",
            "STARTTLS" => "220 go on\r\nthis is no TLS",
            "AUTH" => "235 2.7.0 welcome",
            _ => Polite(command),
        });
        var route = new RelayRoute("") { Credentials = new RelayCredentials("alice", "secret") };
        var (session, failure) = await Transport().ConnectAsync(new NextHost("mx.a.example", peer.Address), route, CancellationToken.None);
        Assert.Null(session);
        Assert.Equal(AttemptOutcome.Deferred, failure!.Outcome);
        Assert.Equal(2, peer.Heard.Count(line => line.StartsWith("EHLO", StringComparison.Ordinal))); // a second time without TLS
        Assert.DoesNotContain(peer.Heard, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NobodyThereIsNoReasonToGiveUp()
    {
        IPEndPoint address;
        await using (var peer = new ScriptedPeer(Polite)) address = peer.Address;
        var (session, failure) = await Transport().ConnectAsync(new NextHost("mx.a.example", address), new RelayRoute(""), CancellationToken.None);
        Assert.Null(session);
        Assert.Equal((AttemptOutcome.Deferred, "4.4.1"), (failure!.Outcome, failure.Status));
    }

    [Fact]
    public async Task ARouteMayNameAnAddressAndItsPort()
    {
        var hosts = new DnsNextHosts(new MailHostFinder(new SilentResolver()), MailHostRules.Default);
        var found = await hosts.FindAsync(StoreFixture.Address("x@a.example").Domain, new RelayRoute("r") { Host = new RelayHost("127.0.0.1", 2525) }, CancellationToken.None);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 2525), Assert.Single(found.Hosts).Address);
        found = await hosts.FindFallbackAsync(new RelayHost("::1", 26), CancellationToken.None);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 26), Assert.Single(found.Hosts).Address);

        // By itself an address literal does not lead there, and a DNS that is silent gives nothing up.
        found = await hosts.FindAsync(StoreFixture.Address("x@[127.0.0.1]").Domain, new RelayRoute(""), CancellationToken.None);
        Assert.Equal((AttemptOutcome.Failed, "5.4.6"), (found.Failure!.Outcome, found.Failure.Status));
        found = await hosts.FindAsync(StoreFixture.Address("x@a.example").Domain, new RelayRoute(""), CancellationToken.None);
        Assert.Equal((AttemptOutcome.Deferred, "4.4.3"), (found.Failure!.Outcome, found.Failure.Status));
    }

    private static string? Polite(string command) => command.Split(' ', ':')[0] switch
    {
        "" => "220 mx.a.example",
        "EHLO" => "250-mx.a.example\r\n250-SIZE\r\n250-8BITMIME\r\n250 DSN",
        "DATA" => "354 go on",
        "RCPT" when command.Contains("nobody", StringComparison.Ordinal) => "550 5.1.1 nobody",
        _ => "250 2.0.0 ok",
    };

    private static SmtpTransport Transport() =>
        new(new SmtpConnector(new SmtpClientOptions { HostName = "mx.example.org" }, new OutgoingOptions()), TimeProvider.System);

    private static QueueRunner Run(QueueFixture queue, ScriptedPeer peer)
    {
        var route = new RelayRoute("all") { Host = new RelayHost("127.0.0.1", peer.Address.Port) };
        var routes = new RouteTable(new Dictionary<string, RelayRoute>(), new Dictionary<string, RelayRoute>(), route);
        queue.Routes = routes;
        var hosts = new DnsNextHosts(new MailHostFinder(new SilentResolver()), MailHostRules.Default);
        var surroundings = new QueueSurroundings(queue.Queue, hosts, Transport(), queue.Notices(), queue.Store.Log) { Routes = routes, Time = queue.Time };
        return new QueueRunner(surroundings, queue.Options);
    }

    private sealed class SilentResolver : IDnsResolver
    {
        public ValueTask<DnsAnswer> QueryAsync(DnsName name, DnsType type, CancellationToken cancellation) => new(DnsAnswer.Of(DnsOutcome.TimedOut));
    }
}
