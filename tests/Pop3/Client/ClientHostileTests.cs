using Merpati.Pop3.Client;

namespace Merpati.Pop3.Tests.Client;

/// <summary>Servers that refuse, lie, stall, flood and break off, at each step.</summary>
public sealed class ClientHostileTests
{
    private const string Greeted = "S: +OK pop\nC: CAPA\nS: -ERR what\n";
    private const string Pipelining = "S: +OK pop\nC: CAPA\nS: +OK\nS: UIDL\nS: PIPELINING\nS: .\n";
    private const string Listing = Greeted + "C: LIST\nS: +OK\n";
    private const string Ids = Listing + "S: 1 10\nS: 2 20\nS: .\nC: UIDL\nS: +OK\n";
    private const string Retrieving = Greeted + "C: RETR 1\nS: +OK\n";

    /// <summary>Where a server can stop making sense: the dialogue so far, and what is asked then.</summary>
    public static TheoryData<string, string> Steps => new()
    {
        { "", "GREET" },
        { "S: +OK pop\nC: CAPA\n", "GREET" },
        { Greeted + "C: STAT\n", "STAT" },
        { Greeted + "C: LIST\n", "LIST" },
        { Listing + "S: 1 10\nS: .\nC: UIDL\n", "LIST" },
        { Pipelining + "C: LIST\nC: UIDL\n", "LIST" },
        { Pipelining + "C: LIST\nC: UIDL\nS: +OK\nS: .\n", "LIST" },
        { Greeted + "C: RETR 1\n", "RETR" },
        { Pipelining + "C: RETR 1\nC: RETR 2\n", "PULL" },
        { Pipelining + "C: RETR 1\nC: RETR 2\nS: -ERR\n", "PULL" },
        { Greeted + "C: TOP 1 0\n", "TOP" },
        { Greeted + "C: DELE 1\n", "DELE" },
        { Pipelining + "C: DELE 1\nC: DELE 2\nS: +OK\n", "DELE" },
        { Greeted + "C: RSET\n", "RSET" },
        { Greeted + "C: NOOP\n", "NOOP" },
        { Greeted + "C: USER paul\n", "LOGIN" },
        { Greeted + "C: USER paul\nS: +OK\nC: PASS secret\n", "LOGIN" },
        { "S: +OK\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\n", "STLS" },
    };

    /// <summary>Where a text is being read.</summary>
    public static TheoryData<string, string> Texts => new()
    {
        { "S: +OK pop\nC: CAPA\nS: +OK\n", "GREET" },
        { Listing, "LIST" },
        { Ids, "LIST" },
        { Retrieving, "RETR" },
        { Retrieving + "S: a: b\n", "RETR" },
        { Greeted + "C: TOP 1 0\nS: +OK\n", "TOP" },
        { Pipelining + "C: RETR 1\nC: RETR 2\nS: +OK\nS: a\nS: .\nS: +OK\n", "PULL" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    [MemberData(nameof(Texts))]
    public Task EndsWhenTheServerIsSilent(string script, string command) => EndsAsync(script, command, Pop3Outcome.TimedOut);

    [Theory]
    [MemberData(nameof(Steps))]
    [MemberData(nameof(Texts))]
    public Task EndsWhenTheServerHangsUp(string script, string command) => EndsAsync(script + "S: [close]\n", command, Pop3Outcome.Lost);

    [Theory]
    [MemberData(nameof(Steps))]
    public Task EndsWhenTheServerHangsUpWithinALine(string script, string command) => EndsAsync(script + "s: +O\nS: [close]\n", command, Pop3Outcome.Lost);

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task TakesNoTextForWholeThatIsCut(string script, string command)
    {
        foreach (var end in new[] { "1 1", "1 1\\r", "1 1\\r\\n", "1 1\\r\\n.", "1 1\\r\\n.\\r", "1 1\\n.\\n", "1 1\\r\\n.\\n", "1 1\\n.\\r\\n", "1 1\\r.\\r\\n", "1 1\\r\\n.x\\r\\n", "1 1\\r\\n..\\r\\n" })
        {
            // Where numbers are read some of it is nonsense, too.
            await EndsAsync(script + $"s: {end}\nS: [close]\n", command, Pop3Outcome.Lost, Pop3Outcome.ProtocolError);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task HoldsLittleOfALineWithoutAnEnd(string script, string command) =>
        Assert.InRange(await EndsAsync(script + "S: [endless x]\n", command, Pop3Outcome.ProtocolError), 0, 1024 * 1024);

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task TakesNoGarbage(string script, string command)
    {
        foreach (var garbage in new[] { "", "hello", "+O", "OK", "+OKAY", "+ok", "-err", "-ERROR", " +OK", "220 ok", "+", "+ c2VjcmV0", "-", "* OK", "\u00E9", "." })
        {
            await EndsAsync(script + $"S: {garbage}\n", command, Pop3Outcome.ProtocolError);
        }
    }

    [Theory]
    [InlineData(Listing, "LIST")]
    [InlineData(Ids, "LIST")]
    [InlineData("S: +OK pop\nC: CAPA\nS: +OK\n", "GREET")]
    public async Task HoldsLittleOfAListingsLineWithoutAnEnd(string script, string command) =>
        Assert.InRange(await EndsAsync(script + "S: [endless 1]\n", command, Pop3Outcome.ProtocolError), 0, 1024 * 1024);

    [Theory]
    [InlineData("0 10")]
    [InlineData("-1 10")]
    [InlineData("+1 10")]
    [InlineData("x 10")]
    [InlineData("1.5 10")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData(" 1 10")]
    [InlineData("1 x")]
    [InlineData("1 -5")]
    [InlineData("1 +5")]
    [InlineData("1 1e9")]
    [InlineData("1 99999999999999999999")]
    [InlineData("2147483648 1")]
    [InlineData("99999999999999999999 1")]
    [InlineData("1\t10")]
    public Task TakesNoListingWithWrongNumbers(string line) => EndsAsync(Listing + $"S: {line}\nS: .\nC: UIDL\nS: -ERR\n", "LIST", Pop3Outcome.ProtocolError);

    [Theory]
    [InlineData(Listing + "S: 1 1\nS: 1 1\nS: .\nC: UIDL\nS: -ERR\n")]
    [InlineData(Listing + "S: 2 1\nS: 1 1\nS: 2 2\nS: .\nC: UIDL\nS: -ERR\n")]
    [InlineData(Ids + "S: 1 a\nS: 2 b\nS: 1 c\nS: .\n")]
    [InlineData(Ids + "S: x a\nS: .\n")]
    [InlineData(Ids + "S: 0 a\nS: .\n")]
    [InlineData(Ids + "S: abcdefg\nS: .\n")]
    public Task TakesNoListingThatContradictsItself(string script) => EndsAsync(script, "LIST", Pop3Outcome.ProtocolError);

    [Theory]
    [InlineData("2 1", "")]
    [InlineData("x", "")]
    [InlineData("2", "")]
    [InlineData("-1 5", "")]
    [InlineData("99999999999 5", "")]
    [InlineData("2 99999999999999999999", "")]
    [InlineData("2x 5", "")]
    public async Task TakesNoStatWithWrongNumbers(string words, string rest)
    {
        var isGood = words == "2 1";
        await using var server = new ScriptedServer(Greeted + $"C: STAT\nS: +OK {words}{rest}\n");
        await server.Client.GreetAsync(default);
        var (size, step) = await server.Client.StatAsync(default);
        Assert.Equal(isGood ? Pop3Outcome.Done : Pop3Outcome.ProtocolError, step.Outcome);
        Assert.Equal(isGood, size is not null);
        Assert.Equal(!isGood, server.Aborted);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" a b")]
    [InlineData(" \u00E9")]
    [InlineData(" a\tb")]
    [InlineData(" 0123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task AUniqueIdThatIsNoneSpoilsItsMessageOnly(string id)
    {
        await using var server = new ScriptedServer(Ids + $"S: 1{id}\nS: 2 {new string('y', 70)}\nS: .\n");
        await server.Client.GreetAsync(default);
        var (listing, _) = await server.Client.ListAsync(default);
        Assert.Equal([new Pop3Entry(1, 10, null, true), new Pop3Entry(2, 20, new string('y', 70), false)], listing);
    }

    [Theory]
    [InlineData("-ERR [SYS/TEMP] later", false, Pop3Outcome.Later)]
    [InlineData("-ERR no", true, Pop3Outcome.Refused)]
    [InlineData("-ERR [IN-USE] no", true, Pop3Outcome.Later)]
    public async Task DoesNotGoWithoutUniqueIdsThatTheServerHas(string reply, bool isOffered, Pop3Outcome outcome)
    {
        var script = isOffered ? Pipelining + "C: LIST\nC: UIDL\nS: +OK\nS: 1 1\nS: .\n" : Listing + "S: 1 1\nS: .\nC: UIDL\n";
        await using var server = new ScriptedServer(script + $"S: {reply}\n");
        await server.Client.GreetAsync(default);
        var (listing, step) = await server.Client.ListAsync(default);
        Assert.Null(listing);
        Assert.Equal(outcome, step.Outcome);
        Assert.Null(server.Client.Ending);
    }

    [Theory]
    [InlineData("C: RETR 1\nS: +OK\nS: .\nS: +OK\n", "RETR")]
    [InlineData("C: RETR 1\nS: +OK\nS: .\ns: x\n", "RETR")]
    [InlineData("C: NOOP\nS: +OK\nS: +OK\n", "NOOP")]
    [InlineData("C: LIST\nS: +OK\nS: .\nS: garbage\n", "LIST")]
    [InlineData("C: DELE 1\nS: +OK\nS: +OK\n", "DELE")]
    [InlineData("C: USER paul\nS: +OK\nS: +OK\n", "LOGIN")]
    public async Task TakesNothingForAReplyThatCameBeforeItsCommand(string script, string command)
    {
        await using var server = new ScriptedServer(Greeted + script);
        await server.Client.GreetAsync(default);
        await StepAsync(server.Client, command).WaitAsync(TimeSpan.FromSeconds(30));
        var step = await server.LetTimePassAsync(server.Client.NoopAsync(default));
        Assert.True(step.Outcome is Pop3Outcome.ProtocolError or Pop3Outcome.TimedOut, step.Text);
        Assert.True(server.Aborted);
        Assert.Same(step, await server.Client.QuitAsync(default));
    }

    [Fact]
    public async Task HearsTheLastWordsOfAServerThatHasHadEnough()
    {
        await using var server = new ScriptedServer(Greeted + "C: NOOP\nS: +OK\nS: -ERR [SYS/TEMP] idle for too long\nS: [close]\n");
        await server.Client.GreetAsync(default);
        await server.Client.NoopAsync(default);
        var step = await server.Client.StatAsync(default);
        Assert.Equal("-ERR [SYS/TEMP] idle for too long", step.Step.Text);
        Assert.Equal(Pop3Outcome.Later, server.Client.Ending!.Outcome);
    }

    [Fact]
    public async Task ShowsNoControlCharacters()
    {
        await using var server = new ScriptedServer(Greeted + "C: NOOP\ns: -ERR \\x1b[2J bad\\xff\\x00 text \\xc3\\xa9 \\xe2\\x80\\xae\\r\\n\n");
        await server.Client.GreetAsync(default);
        Assert.Equal("-ERR ?[2J bad?? text é ?", (await server.Client.NoopAsync(default)).Text);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    [MemberData(nameof(Texts))]
    public async Task EndsWhenItIsCancelled(string script, string command)
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new ScriptedServer(script);
        if (command != "GREET") await server.Client.GreetAsync(default);
        var asking = StepAsync(server.Client, command, cancellation.Token);
        Assert.False(asking.IsCompleted);
        await cancellation.CancelAsync();
        Assert.Equal(Pop3Outcome.Cancelled, (await asking.WaitAsync(TimeSpan.FromSeconds(30))).Outcome);
        Assert.True(server.Aborted);
    }

    /// <summary>Says a command as a client would, and what came of it.</summary>
    internal static async Task<Pop3Step> StepAsync(Pop3Client client, string command, CancellationToken cancellation = default) => command switch
    {
        "GREET" => await client.GreetAsync(cancellation),
        "STAT" => (await client.StatAsync(cancellation)).Step,
        "LIST" => (await client.ListAsync(cancellation)).Step,
        "RETR" => (await client.RetrieveAsync(1, new Gathered(), cancellation)).Step,
        "PULL" => await client.RetrieveAsync([1, 2], new GatheredMail(), cancellation),
        "TOP" => (await client.TopAsync(1, 0, new Gathered(), cancellation)).Step,
        "DELE" => (await client.DeleteAsync(client.Capabilities.HasPipelining ? [1, 2] : [1], cancellation)).Step,
        "RSET" => await client.ResetAsync(cancellation),
        "STLS" => await client.StartTlsAsync(ClientTlsTests.AnyTls, cancellation),
        "LOGIN" => await LogInAsync(client, cancellation),
        _ => await client.NoopAsync(cancellation),
    };

    private static async Task<Pop3Step> LogInAsync(Pop3Client client, CancellationToken cancellation)
    {
        using var credentials = new Auth.Sasl.Client.SaslCredentials("paul", "secret"u8);
        return await client.AuthenticateAsync(new Pop3Login(credentials) { ServerName = "pop", Plain = PlainPasswords.Always }, cancellation);
    }

    private static async Task<long> EndsAsync(string script, string command, params Pop3Outcome[] outcomes)
    {
        await using var server = new ScriptedServer(script);
        if (command != "GREET") await server.Client.GreetAsync(default);
        var asking = StepAsync(server.Client, command);
        var step = await (outcomes is [Pop3Outcome.TimedOut] ? server.LetTimePassAsync(asking) : asking.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(step.Outcome, outcomes);
        Assert.Contains(server.Client.Ending!.Outcome, outcomes);
        Assert.NotEmpty(step.Text);
        Assert.Same(server.Client.Ending, await server.Client.NoopAsync(default)); // nothing is sent any more
        return server.Sent;
    }
}
