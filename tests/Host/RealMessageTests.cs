using System.Globalization;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>Real messages, malformed ones among them, are read as they were sent.</summary>
public sealed class RealMessageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryRealMessageComesOutAsItWentIn()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        var expected = new List<(string Name, byte[] Octets)>();
        var refused = 0;
        foreach (var (name, octets) in RealMessages.All())
        {
            var reply = await MailDialogue.SendAsync(smtp, octets, "alice@example.org");
            if (octets.Contains((byte)0)) Assert.Equal((name, "550 5.6.0 Message contains a NUL"), (name, reply));
            else if (RealMessages.HasBareNewline(octets)) Assert.Equal((name, "550 5.6.0 Message contains a bare CR or LF, lines end in CRLF"), (name, reply));
            else Assert.StartsWith($"{name}: 250 2.0.0 ", $"{name}: {reply}", StringComparison.Ordinal);
            if (reply.StartsWith("550", StringComparison.Ordinal)) refused++;
            else expected.Add((name, RealMessages.WithLastLineEnd(octets)));
        }

        await AssertReadAsync(server, expected);
        TestContext.Current.TestOutputHelper?.WriteLine($"{expected.Count} came out as they went in, {refused} were refused");
    }

    [Fact]
    public async Task BareNewlinesAreNormalisedWhereThatIsWanted()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"], "--set", "Smtp:BareNewlines=normalise");
        using var smtp = await MailDialogue.GreetAsync(server);
        var expected = new List<(string Name, byte[] Octets)>();
        foreach (var (name, octets) in RealMessages.All().Concat(MadeWithBareNewlines()).Where(message => RealMessages.HasBareNewline(message.Octets)))
        {
            Assert.StartsWith($"{name}: 250 2.0.0 ", $"{name}: {await MailDialogue.SendAsync(smtp, octets, "alice@example.org")}", StringComparison.Ordinal);
            expected.Add((name, RealMessages.Normalised(RealMessages.WithLastLineEnd(octets))));
        }

        await AssertReadAsync(server, expected);
    }

    [Fact]
    public async Task WhatIsMadeWithBareNewlinesOrNulIsRefusedAndTheSessionGoesOn()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        foreach (var (name, octets) in MadeWithBareNewlines().Append(("NUL", MailDialogue.Message("x", "a\0b\r\n"))))
        {
            var reply = await MailDialogue.SendAsync(smtp, octets, "alice@example.org");
            Assert.StartsWith($"{name}: 550 5.6.0 ", $"{name}: {reply}", StringComparison.Ordinal);
        }

        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, MailDialogue.Message("clean"), "alice@example.org"), StringComparison.Ordinal);
        Assert.Contains("Subject: clean", Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(server))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(998)]
    [InlineData(999)]
    [InlineData(2048)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    public async Task LongLinesOfTextPassWhole(int length)
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        var message = MailDialogue.Message("long", $"{new string('x', length)}\r\n.{new string('y', length - 1)}\r\n.\r\n..\r\n{new string('z', length)}");
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, message, "alice@example.org"), StringComparison.Ordinal);
        await AssertReadAsync(server, [("long", RealMessages.WithLastLineEnd(message))]);
    }

    private static IEnumerable<(string Name, byte[] Octets)> MadeWithBareNewlines() =>
    [
        ("LF", MailDialogue.Message("x", "one\ntwo\r\n")),
        ("CR", MailDialogue.Message("x", "one\rtwo\r\n")),
        ("CR CRLF", MailDialogue.Message("x", "one\r\r\ntwo\r\n")),
        ("LF CR", MailDialogue.Message("x", "one\n\rtwo\r\n")),
        ("LF at the end", MailDialogue.Message("x", "one\n")),
        ("LF in the header", Encoding.ASCII.GetBytes("From: <a@example.com>\nSubject: x\r\n\r\nbody\r\n")),
    ];

    // STAT and LIST give the octets that RETR yields, and these are what was sent under the trace fields.
    private static async Task AssertReadAsync(RunningServer server, List<(string Name, byte[] Octets)> expected)
    {
        var read = await MailDialogue.ReadAllAsync(server);
        Assert.Equal(expected.Count, read.Count);
        foreach (var ((name, octets), message) in expected.Zip(read))
        {
            Assert.True(octets.AsSpan().SequenceEqual(MailDialogue.WithoutTrace(message)), $"{name} came out otherwise than it went in");
        }

        using var pop3 = await MailDialogue.LogInAsync(server);
        Assert.StartsWith($"+OK {read.Count} {read.Sum(message => (long)message.Length)}", await pop3.AskAsync("STAT"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await pop3.AskAsync("LIST"), StringComparison.Ordinal);
        var list = Encoding.ASCII.GetString((await pop3.ReadTextAsync())!);
        Assert.Equal(read.Select((message, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1} {message.Length}")), list.TrimEnd().Split("\r\n"));
    }
}
