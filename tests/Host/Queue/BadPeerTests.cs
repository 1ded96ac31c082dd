using System.Text;

namespace Merpati.Host.Tests.Queue;

/// <summary>Hosts that misbehave, one for each domain, and one that does not: nothing is lost, nothing loops, others do not wait, memory stays bounded.</summary>
public sealed class BadPeerTests
{
    private static readonly byte[] NoEnd = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
    private static readonly byte[] NoLast = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("250-and more\r\n", 4096)));

    // What each does instead of being polite: at which command, and what. "flood" and "endless" do not end, "silence" never comes, "close" hangs up.
    private static readonly (string Domain, string Command, string Answer, bool IsRefused)[] Peers =
    [
        ("flood0.example", "", "flood", false), ("flood1.example", "EHLO", "flood", false), ("flood2.example", ".", "flood", false),
        ("endless0.example", "EHLO", "endless", false), ("endless1.example", "MAIL", "endless", false), ("endless2.example", ".", "endless", false),
        ("codes.example", "EHLO", "250-a\r\n220 b", false), ("data354.example", "MAIL", "354 go on", false), ("data250.example", "DATA", "250 ok", false),
        ("garbage.example", "RCPT", "\u0001\u0002\u0003", false), ("number.example", "RCPT", "99 what", false), ("empty.example", "MAIL", "", false),
        ("busy0.example", "", "421 busy", false), ("busy1.example", "EHLO", "421 busy", false), ("busy2.example", "MAIL", "421 busy", false),
        ("busy3.example", "RCPT", "421 busy", false), ("busy4.example", "DATA", "421 busy", false), ("busy5.example", ".", "421 busy", false),
        ("close0.example", "", "close", false), ("close1.example", "EHLO", "close", false), ("close2.example", "MAIL", "close", false),
        ("close3.example", "RCPT", "close", false), ("close4.example", "DATA", "close", false), ("close5.example", ".", "close", false),
        ("silent0.example", "", "silence", false), ("silent1.example", "EHLO", "silence", false), ("silent2.example", "MAIL", "silence", false),
        ("silent3.example", "RCPT", "silence", false), ("silent4.example", "DATA", "silence", false), ("silent5.example", ".", "silence", false),
        ("no0.example", "", "554 no mail here", true), ("no1.example", "MAIL", "550 no", true), ("no2.example", "RCPT", "550 no", true),
        ("no3.example", "DATA", "554 no", true), ("no4.example", ".", "550 no", true),
    ];

    [Fact]
    public async Task NothingIsLostAndNobodyElseWaits()
    {
        await using var system = await QueueSystem.CreateAsync("Delivery:Retry:First=00:10:00");
        var peers = new List<PeerHost>();
        try
        {
            foreach (var (domain, at, answer, _) in Peers)
            {
                var peer = new PeerHost(command => AnswerAsync(command, at, answer)) { Flood = command => IsAt(command, at) ? FloodOf(answer) : null };
                peers.Add(peer);
                system.Route(domain, peer);
            }

            await using var good = new PeerHost(command => Task.FromResult<string?>(PeerHost.Polite(command)));
            system.Route("good.example", good);
            await system.StartAsync();
            foreach (var (domain, _, _, _) in Peers) await system.SendAsync($"bob@{domain}", "for a bad one");
            for (var i = 0; i < 20; i++) await system.SendAsync("bob@good.example", $"good {i}.");
            await Patience.UntilAsync("the good host has all of its mail", () => Task.FromResult(good.Taken.Count == 20));
            var refused = Peers.Where(peer => peer.IsRefused).ToList();
            await Patience.UntilAsync("the refused ones are told", async () => (await system.NoticesAsync()).Count == refused.Count);
            var notices = await system.NoticesAsync();
            Assert.All(refused, peer => Assert.Single(notices, notice => notice.Contains($"Final-Recipient: rfc822; bob@{peer.Domain}\r\nAction: failed", StringComparison.Ordinal)));
            Assert.Equal(
                Peers.Where(peer => !peer.IsRefused).Select(peer => $"bob@{peer.Domain}").Order(StringComparer.Ordinal),
                (await system.WaitingAsync()).Order(StringComparer.Ordinal));
            Assert.All(peers, peer => Assert.Empty(peer.Taken));
            Assert.InRange(system.Server.MemoryKiB("VmHWM"), 0, 200 * 1024);
            Assert.Equal(0, await system.Server.StopAsync()); // and those that are silent do not keep it
        }
        finally
        {
            foreach (var peer in peers) await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task AHostThatSpeaksNoTlsAfterAllGetsItsMailInTheClearOrNotAsTheRouteSays()
    {
        await using var system = await QueueSystem.CreateAsync();
        var connections = 0;
        Func<string, Task<string?>> garbled = command =>
        {
            if (command.Length == 0) Interlocked.Increment(ref connections);
            return Task.FromResult<string?>(command.Split(' ')[0] switch
            {
                "EHLO" => "250-peer.example\r\n250 STARTTLS",
                "STARTTLS" => "220 go on\r\nthis is no TLS",
                _ => PeerHost.Polite(command),
            });
        };
        await using var opportunistic = new PeerHost(garbled);
        await using var required = new PeerHost(garbled);
        system.Route("may.example", opportunistic, "tls=opportunistic");
        system.Route("must.example", required, "tls=required");
        await system.StartAsync();
        await system.SendAsync("bob@may.example", "in the clear");
        await system.SendAsync("bob@must.example", "secret");
        await Patience.UntilAsync("one of them has it", () => Task.FromResult(opportunistic.Taken.Count == 1));
        await Patience.UntilAsync("the other was tried", () => Task.FromResult(connections > 2));
        Assert.Empty(required.Taken);
        Assert.Equal(["bob@must.example"], await system.WaitingAsync());
    }

    private static bool IsAt(string command, string at) => command.Split(' ', ':')[0].Equals(at, StringComparison.OrdinalIgnoreCase);

    private static byte[]? FloodOf(string answer) => answer switch { "flood" => NoEnd, "endless" => NoLast, _ => null };

    private static async Task<string?> AnswerAsync(string command, string at, string answer)
    {
        if (!IsAt(command, at)) return PeerHost.Polite(command);
        if (answer == "silence") return await new TaskCompletionSource<string?>().Task;
        return answer == "close" ? null : answer;
    }
}
