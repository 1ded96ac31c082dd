using System.Collections.Concurrent;
using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Pop3.Server;

namespace Merpati.Pop3.Tests;

/// <summary>APOP (RFC 1939 §7).</summary>
public sealed class ApopTests
{
    private const string NoDigest = "-ERR A digest is made of 32 hexadecimal digits.";
    private const string BadLogin = "-ERR [AUTH] Invalid login name or password.";
    private const string Digest = "c4c9334bac560ecc979e58001b3e22fb";

    private readonly PostOffice _office = new() { HasApop = true };

    [Theory]
    [InlineData("APOP", "-ERR Missing argument for the APOP command.")]
    [InlineData("APOP alice", "-ERR Missing argument for the APOP command.")]
    [InlineData($"APOP alice {Digest} more", "-ERR Too many arguments for the APOP command.")]
    [InlineData("APOP alice c4c9334bac560ecc979e58001b3e22f", NoDigest)]
    [InlineData($"APOP alice {Digest}0", NoDigest)]
    [InlineData("APOP alice g4c9334bac560ecc979e58001b3e22fb", NoDigest)]
    [InlineData("APOP alice password", NoDigest)]
    [InlineData($"APOP alice {Digest}", BadLogin)]
    [InlineData($"APOP paul {Digest}", BadLogin)] // has no secret for it
    [InlineData($"APOP nobody {Digest}", BadLogin)]
    [InlineData($@"APOP al\xEFce {Digest}", "-ERR A login name is UTF-8 without control characters.")]
    [InlineData($@"APOP al\0ice {Digest}", "-ERR Commands are made of printable ASCII characters.")]
    public Task Refuses(string command, string reply) => new Transcript($"""
        S: +OK POP3 Merpati ready <*@mail.example.org>
        c: {command}\r\n
        S: {reply}
        C: STAT
        S: -ERR Log in first.
        C: USER paul
        S: +OK
        C: PASS {PostOffice.Secret}
        S: +OK paul's maildrop has 6 messages (12576 octets)
        C: APOP alice {Digest}
        S: -ERR You are already logged in.
        """).PlayEveryWayAsync(_office.Service);

    [Fact]
    public Task IsNotThereWithoutATimestamp() => new Transcript($"""
        S: +OK mail.example.org POP3 Merpati ready
        C: APOP alice {Digest}
        S: -ERR The APOP command is not offered here.
        C: APOP
        S: -ERR The APOP command is not offered here.
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Fact]
    public async Task LogsInWithTheDigestOfTheTimestampAndTheSecret()
    {
        foreach (var upper in new[] { false, true })
        {
            await using var client = _office.Connect();
            var digest = DigestOf(await TimestampAsync(client));
            await client.SendAsync($"APOP alice {(upper ? digest.ToUpperInvariant() : digest)}\r\nSTAT\r\nQUIT\r\n");
            Assert.Equal("+OK alice's maildrop has 2 messages (320 octets)", await client.NextAsync());
            Assert.Equal("+OK 2 320", await client.NextAsync());
            await client.RestAsync();
            await client.EndAsync();
        }

        Assert.All(_office.Log.Of(300), line => Assert.StartsWith("pop3 session of alice@example.org by APOP from ", line, StringComparison.Ordinal));
        Assert.Empty(_office.Log.Of(310));
    }

    [Fact]
    public async Task RefusesTheDigestOfAnotherBanner()
    {
        await using var first = _office.Connect();
        await using var second = _office.Connect();
        var digest = DigestOf(await TimestampAsync(first));
        await TimestampAsync(second);
        await second.SendAsync($"APOP alice {digest}\r\n");
        Assert.Equal(BadLogin, await second.NextAsync());
        Assert.Equal("pop3 login as \"alice\" from 127.0.0.1 failed: BadLogin", Assert.Single(_office.Log.Of(310)));
        await first.SendAsync($"APOP alice {digest}\r\n");
        Assert.StartsWith("+OK ", await first.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForgetsWhomUserNamedAndEndsAtTheThirdFailure()
    {
        await using var client = _office.Connect();
        await client.NextAsync();
        await client.SendAsync($"USER paul\r\nAPOP alice {Digest}\r\nPASS {PostOffice.Secret}\r\nAPOP alice {Digest}\r\nAPOP nobody {Digest}\r\nSTAT\r\n");
        var said = Encoding.ASCII.GetString(await client.RestAsync());
        Assert.Equal($"+OK\r\n{BadLogin}\r\n-ERR Give your name with USER first.\r\n{BadLogin}\r\n{BadLogin}\r\n", said);
    }

    [Fact]
    public async Task ASecondSessionFindsTheMaildropInUse()
    {
        await using var holder = await _office.LogInAsync("alice", "a pass  phrase ");
        await using var client = _office.Connect();
        await client.SendAsync($"APOP alice {DigestOf(await TimestampAsync(client))}\r\n");
        Assert.Equal("-ERR [IN-USE] Another session has this maildrop open.", await client.NextAsync());
    }

    [Fact]
    public void NoTimestampComesTwice()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        Parallel.For(0, 20_000, _ =>
        {
            var timestamp = ApopTimestamp.Create("mail.example.org", _office.Time); // a clock that stands still
            Assert.True(seen.TryAdd(timestamp, true));
            Assert.StartsWith("<", timestamp, StringComparison.Ordinal);
            Assert.EndsWith(".1795323984@mail.example.org>", timestamp, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task ABannerWithATimestampFitsALine()
    {
        _office.Options = _office.Options with { HostName = new string('h', 255) };
        await using var client = _office.Connect();
        Assert.True((await client.NextAsync())!.Length <= 510);
    }

    private static async Task<string> TimestampAsync(MemoryClient client)
    {
        var banner = await client.NextAsync();
        return banner![banner!.IndexOf('<', StringComparison.Ordinal)..];
    }

    private static string DigestOf(string timestamp) => Encoding.ASCII.GetString(ApopDigest.Compute(Encoding.ASCII.GetBytes(timestamp), "a pass  phrase "u8));
}
