using Merpati.Pop3.Client;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Tests.Client;

/// <summary>What a server can make the client hold, however much it sends.</summary>
public sealed class ClientBoundsTests
{
    private const string Greeted = "S: +OK pop\nC: CAPA\nS: -ERR what\n";
    private const string Pipelining = "S: +OK pop\nC: CAPA\nS: +OK\nS: UIDL\nS: PIPELINING\nS: .\n";
    private const int Piped = 256 * 1024; // octets between the server and the client: what a pipe holds, and a piece that was written into it

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("1 1")]
    [InlineData("2147483647 9223372036854775807")]
    public async Task HoldsNoMoreOfAListingThanItTakes(string line)
    {
        await using var server = new ScriptedServer(Greeted + $"C: LIST\nS: +OK\nS: [endless {line}\\r\\n]\n", new Pop3ClientOptions { MaxMessages = 1000 });
        await server.Client.GreetAsync(default);
        var (listing, step) = await server.Client.ListAsync(default).WaitAsync(Patience);
        Assert.Null(listing);
        Assert.Equal(Pop3Outcome.TooLarge, step.Outcome);
        Assert.Same(step, server.Client.Ending);
        Assert.InRange(server.Sent, 0, Piped);
    }

    [Fact]
    public async Task HoldsNoMoreUniqueIdsThanItTakes()
    {
        await using var server = new ScriptedServer(
            Greeted + $"C: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: [endless 1 {new string('u', 70)}\\r\\n]\n", new Pop3ClientOptions { MaxMessages = 1000 });
        await server.Client.GreetAsync(default);
        Assert.Equal(Pop3Outcome.TooLarge, (await server.Client.ListAsync(default).WaitAsync(Patience)).Step.Outcome);
        Assert.InRange(server.Sent, 0, Piped);
    }

    [Fact]
    public async Task HoldsLittleOfCapabilitiesWithoutAnEnd()
    {
        await using var server = new ScriptedServer("S: +OK\nC: CAPA\nS: +OK\nS: [endless X-MORE a b c\\r\\n]\n");
        Assert.Equal(Pop3Outcome.ProtocolError, (await server.Client.GreetAsync(default).WaitAsync(Patience)).Outcome);
        Assert.InRange(server.Sent, 0, Piped);
        Assert.False(server.Client.Capabilities.IsKnown);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("xxx\\r\\n")]
    [InlineData("..\\r\\n")]
    [InlineData("\\n")]
    [InlineData("\\r\\n")]
    public async Task EndsWithAMessageWithoutAnEnd(string line)
    {
        await using var server = new ScriptedServer(Greeted + $"C: RETR 1\nS: +OK\nS: [endless {line}]\n", new Pop3ClientOptions { MaxMessageOctets = 100_000 });
        await server.Client.GreetAsync(default);
        var counted = new Counted(server);
        var retrieval = await server.Client.RetrieveAsync(1, counted, default).WaitAsync(Patience);
        Assert.Equal(Pop3Outcome.TooLarge, retrieval.Step.Outcome);
        Assert.Same(retrieval.Step, server.Client.Ending);
        Assert.InRange(counted.Octets, 0, 100_000);
        Assert.InRange(server.Sent, 0, 300_000 + Piped); // dots are sent twice
    }

    [Fact]
    public async Task HoldsNothingOfAMessageThatItHandsOn()
    {
        await using var server = new ScriptedServer(Greeted + $"C: RETR 1\nS: +OK\nS: [endless {new string('x', 70)}\\r\\n]\n", new Pop3ClientOptions { MaxMessageOctets = 64 * 1024 * 1024 });
        await server.Client.GreetAsync(default);
        var counted = new Counted(server);
        await server.Client.RetrieveAsync(1, counted, default).WaitAsync(Patience);
        Assert.InRange(counted.Octets, 63 * 1024 * 1024, 64 * 1024 * 1024);
        Assert.InRange(counted.MostHeld, 0, Piped);
    }

    [Fact]
    public async Task ReadsPastAMessageThatIsALittleTooLarge()
    {
        await using var server = new ScriptedServer(
            Pipelining + "C: RETR 1\nC: RETR 2\nC: RETR 3\nS: +OK\nS: 12345678\nS: .\nS: +OK\nS: 123456789\nS: .\nS: +OK\nS: x\nS: .\nC: QUIT\nS: +OK\n",
            new Pop3ClientOptions { MaxMessageOctets = 10 });
        await server.Client.GreetAsync(default);
        var mail = new GatheredMail();
        Assert.True((await server.Client.RetrieveAsync([1, 2, 3], mail, default)).IsDone);
        Assert.Equal("1 Done 10 12345678\r\n|2 TooLarge 11 |3 Done 3 x\r\n", mail.Text);
        await server.Client.QuitAsync(default);
        await server.EndAsync();
    }

    [Fact]
    public async Task EndsWithAMessageThatTrickles()
    {
        var trickle = string.Concat(Enumerable.Repeat("s: x\n", 50));
        await using var server = new ScriptedServer(Greeted + "C: RETR 1\nS: +OK\n" + trickle, cut: ScriptedServer.OctetByOctet);
        await server.Client.GreetAsync(default);
        var retrieval = await server.LetTimePassAsync(server.Client.RetrieveAsync(1, new Gathered(), default));
        Assert.Equal(Pop3Outcome.TimedOut, retrieval.Step.Outcome);
        Assert.Equal("the server sends too slowly", retrieval.Step.Text);
    }

    [Fact]
    public async Task ListsAHundredThousandMessages()
    {
        const int count = 100_000;
        var numbers = string.Concat(Enumerable.Range(1, count).Select(number => $"{number} {number * 10L}\\r\\n"));
        var ids = string.Concat(Enumerable.Range(1, count).Select(number => $"{number} {number:x24}\\r\\n"));
        await using var server = new ScriptedServer(Pipelining + $"C: LIST\nC: UIDL\nS: +OK\ns: {numbers}\nS: .\nS: +OK\ns: {ids}\nS: .\n", cut: 12345);
        await server.Client.GreetAsync(default);
        var (listing, step) = await server.Client.ListAsync(default).WaitAsync(Patience);
        Assert.True(step.IsDone, step.Text);
        Assert.Equal(count, listing!.Count);
        Assert.Equal(new Pop3Entry(1, 10, $"{1:x24}", false), listing[0]);
        Assert.Equal(new Pop3Entry(count, count * 10L, $"{count:x24}", false), listing[count - 1]);
        var expected = 1;
        foreach (var entry in listing) Assert.Equal($"{expected++:x24}", entry.UniqueId);
    }

    [Fact]
    public void AMillionUniqueIdsTakeLittleMoreThanTheirOctets()
    {
        const int count = 1_000_000;
        var lines = new UniqueIdLines(null, count);
        var line = "0000001 0123456789abcdef01234567\r\n"u8.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i <= count; i++)
        {
            Assert.True(lines.Take(line));
            for (var digit = 6; ++line[digit] > '9'; digit--) line[digit] = (byte)'0';
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 * 1024); // what the growing lists have dropped among it
        Assert.True(lines.Sort());
        Assert.Equal("0123456789abcdef01234567", lines.UniqueIds[lines.Values[count - 1]]);
        Assert.False(lines.Take(line));
        Assert.Equal(Pop3Outcome.TooLarge, lines.Refusal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatATakerThrowsEndsTheConnection(bool atOnce)
    {
        await using var server = new ScriptedServer(Pipelining + "C: RETR 1\nC: RETR 2\nS: +OK\nS: x\nS: .\nS: +OK\nS: .\n");
        await server.Client.GreetAsync(default);
        var mail = new GatheredMail { BeforeEnd = _ => throw new IOException("no room") };
        var failure = await Assert.ThrowsAsync<IOException>(() => atOnce
            ? server.Client.RetrieveAsync([1, 2], new Failing(), default)
            : server.Client.RetrieveAsync([1, 2], mail, default));
        Assert.Equal("no room", failure.Message);
        Assert.Equal(Pop3Outcome.Lost, server.Client.Ending!.Outcome);
        Assert.True(server.Aborted);
        Assert.Equal(Pop3Outcome.Lost, (await server.Client.QuitAsync(default)).Outcome);
    }

    [Fact]
    public async Task ATakerThatIsCancelledIsNoFault()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new ScriptedServer(Pipelining + "C: RETR 1\nC: RETR 2\nS: +OK\nS: x\nS: .\nS: +OK\nS: .\n");
        await server.Client.GreetAsync(default);
        var mail = new GatheredMail
        {
            BeforeEnd = async _ =>
            {
                await cancellation.CancelAsync();
                cancellation.Token.ThrowIfCancellationRequested();
            },
        };
        Assert.Equal(Pop3Outcome.Cancelled, (await server.Client.RetrieveAsync([1, 2], mail, cancellation.Token)).Outcome);
        Assert.Equal(Pop3Outcome.Cancelled, server.Client.Ending!.Outcome);
    }

    [Fact]
    public async Task ThePartThatCameBeforeACutIsNoMessage()
    {
        await using var server = new ScriptedServer(Pipelining + "C: RETR 1\nC: RETR 2\nC: RETR 3\nS: +OK\nS: one\nS: .\nS: +OK\nS: two\nS: [close]\n");
        await server.Client.GreetAsync(default);
        var mail = new GatheredMail();
        Assert.Equal(Pop3Outcome.Lost, (await server.Client.RetrieveAsync([1, 2, 3], mail, default)).Outcome);
        Assert.Equal("1 Done 5 one\r\n|2 Lost 5 two\r\n", mail.Text);
    }

    [Fact]
    public async Task NoMoreCommandsGoAheadThanAreAllowed()
    {
        var asked = string.Concat(Enumerable.Range(1, 10).Select(number => $"C: RETR {number}\n"));
        await using var server = new ScriptedServer(Pipelining + asked + "C: [any]\n", new Pop3ClientOptions { MaxPipelined = 10 });
        await server.Client.GreetAsync(default);
        var retrieving = server.Client.RetrieveAsync([.. Enumerable.Range(1, 50)], new GatheredMail(), default);
        Assert.Equal(Pop3Outcome.TimedOut, (await server.LetTimePassAsync(retrieving)).Outcome); // nothing more came, so nothing was answered
    }

    [Fact]
    public async Task RefusesACommandThatHoldsAnother()
    {
        await using var server = new ScriptedServer("S: +OK\nC: CAPA\nS: +OK\nS: LANG\nS: .\n");
        await server.Client.GreetAsync(default);
        await Assert.ThrowsAsync<ArgumentException>(() => server.Client.LanguageAsync("x\r\nDELE 1", default));
    }

    private sealed class Counted(ScriptedServer server) : IOctetSink
    {
        public long Octets { get; private set; }

        /// <summary>The most that had been sent and not been handed on.</summary>
        public long MostHeld { get; private set; }

        public void Append(ReadOnlySpan<byte> octets)
        {
            Octets += octets.Length;
            MostHeld = Math.Max(MostHeld, server.Sent - Octets);
        }
    }

    private sealed class Failing : IPop3Receiver, IOctetSink
    {
        public void Append(ReadOnlySpan<byte> octets) => throw new IOException("no room");

        public ValueTask<IOctetSink> BeginAsync(int number, CancellationToken cancellation) => new(this);

        public ValueTask<bool> EndAsync(Pop3Retrieval retrieval, CancellationToken cancellation) => new(true);
    }
}
