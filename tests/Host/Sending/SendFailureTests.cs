using System.Net;
using System.Net.Sockets;

namespace Merpati.Host.Tests.Sending;

/// <summary>What goes wrong is told in a line, and nothing is left half-sent.</summary>
public sealed class SendFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "", "554 5.7.1 go away", "turns us away: 554 5.7.1 go away")]
    [InlineData("", "", "220-one\r\n221 two", ": the server changed the code within a reply")]
    [InlineData("", "", "hello", ": the server sent something that is no reply")]
    [InlineData("", "EHLO", "421 4.3.2 later", "turns us away: 421 4.3.2 later")]
    [InlineData("", "MAIL", "452 4.3.1 disk\u001b[31m full", "not taken for bob@example.org, carol@example.org: 452 4.3.1 disk?[31m full")]
    [InlineData("", "RCPT", "550-5.1.1 no\r\n550 5.1.1 such user", "refused for bob@example.org, carol@example.org: 550 5.1.1 no 5.1.1 such user")]
    [InlineData("PIPELINING", "DATA", "554 5.5.1 no", "refused for bob@example.org, carol@example.org: 554 5.5.1 no")]
    [InlineData("", ".", "552 5.2.2 full", "refused for bob@example.org, carol@example.org: 552 5.2.2 full")]
    [InlineData("SIZE+100", "x", "", "octets, and 127.0.0.1 port PORT takes 100 at most; nothing was sent")]
    public async Task SaysWhatTheServerSays(string extensions, string line, string answer, string told)
    {
        await using var host = ScriptedHost.Offering(extensions, (line, answer));
        var sent = await SendAsync(host, "text");
        Assert.Contains(told.Replace("PORT", $"{host.Port}", StringComparison.Ordinal), AssertFails(sent), StringComparison.Ordinal);
        Assert.Equal("", sent.Output);
    }

    [Theory]
    [InlineData("", "127.0.0.1 port PORT: the server closed the connection without an answer")]
    [InlineData("EHLO", "127.0.0.1 port PORT: the server closed the connection without an answer")]
    [InlineData("RCPT", "not taken for bob@example.org, carol@example.org: the server closed the connection without an answer")]
    [InlineData(".", "it is not known whether it was taken for bob@example.org, carol@example.org: all was sent, and then the server closed the connection without an answer; look there before you send it again")]
    public async Task SaysWhereTheServerHungUp(string line, string told)
    {
        await using var host = ScriptedHost.Offering("PIPELINING", (line, null));
        Assert.Equal($"merpati: {told.Replace("PORT", $"{host.Port}", StringComparison.Ordinal)}\n", AssertFails(await SendAsync(host, "text")));
    }

    [Theory]
    [InlineData("RCPT", "not taken for bob@example.org, carol@example.org: cancelled")]
    [InlineData(".", "it is not known whether it was taken for bob@example.org, carol@example.org: all was sent, and then cancelled; look there before you send it again")]
    public async Task SaysHowFarItCameWhenItIsBrokenOff(string line, string told)
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource<string?>());
        await using var host = ScriptedHost.Offering("", (line, ScriptedHost.Waits));
        host.Waiting = () =>
        {
            reached.TrySetResult();
            return goOn.Task;
        };
        using var sending = Command.Start(Repository.Program, Arguments(host.Address));
        sending.StandardInput.Close(); // an empty text
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Command.RunAsync("kill", ["-INT", $"{sending.Id}"]);
        await sending.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        goOn.SetResult(null);
        Assert.Equal((1, $"merpati: {told}\n"), (sending.ExitCode, await sending.StandardError.ReadToEndAsync()));
    }

    // Whoever is told of a full disk only would send it again.
    [Fact]
    public async Task SaysThatItWasSentWhereItCannotBePrinted()
    {
        await using var host = ScriptedHost.Offering("");
        var sent = await Command.RunAsync("bash", ["-c", "\"$0\" \"$@\" >/dev/full", Repository.Program, .. Arguments(host.Address)], "text");
        Assert.Equal((1, "merpati: sent to bob@example.org, carol@example.org\nmerpati: standard output cannot be written: No space left on device\n"), (sent.Status, sent.Error));
    }

    [Fact]
    public async Task IsSentWhereNothingCanBeTold()
    {
        await using var host = ScriptedHost.Offering("");
        var sent = await Command.RunAsync("bash", ["-c", "\"$0\" \"$@\" --transcript 2>/dev/full", Repository.Program, .. Arguments(host.Address)], "text");
        Assert.Equal(0, sent.Status);
        Assert.StartsWith("sent to bob@example.org, carol@example.org", sent.Output, StringComparison.Ordinal);
        var refused = await Command.RunAsync("bash", ["-c", "\"$0\" \"$@\" 2>/dev/full", Repository.Program, .. Arguments("127.0.0.1:1")], "text");
        Assert.Equal((1, ""), (refused.Status, refused.Output));
    }

    [Fact]
    public async Task SaysThatAServerTalksInTheClearWhereTlsShouldBegin()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = GreetInTheClearAsync(listener);
        var sent = await Command.MerpatiAsync(_folder.Path, "text", "send", "--server", $"{listener.LocalEndpoint}", "--tls", "implicit", "--from", "alice@example.org", "--to", "bob@example.org");
        Assert.StartsWith($"merpati: no TLS with 127.0.0.1 port {((IPEndPoint)listener.LocalEndpoint).Port}: ", AssertFails(sent), StringComparison.Ordinal);
        await serving;

        // Only behind the first octets of the handshake: what comes before is another case.
        static async Task GreetInTheClearAsync(TcpListener listener)
        {
            using var client = await listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[1]);
            await stream.WriteAsync("220 peer.example ESMTP\r\n421 4.7.0 speak\r\n"u8.ToArray());
            try
            {
                await stream.CopyToAsync(Stream.Null);
            }
            catch (IOException)
            {
                // It has hung up.
            }
        }
    }

    [Fact]
    public async Task SaysWhatTheServerDoesNotOffer()
    {
        await using var host = ScriptedHost.Offering("");
        Assert.Contains("does not offer STARTTLS; --tls none goes on", AssertFails(await SendAsync(host, "text", "--tls", "require")), StringComparison.Ordinal);
        Assert.Contains("does not offer SMTPUTF8, which", AssertFails(await SendAsync(host, "text", "--to", "ёж@example.org")), StringComparison.Ordinal);
        Assert.Contains("does not offer 8BITMIME, which", AssertFails(await Command.MerpatiAsync(_folder.Path, "From: a@example.org\nTo: b@example.org\n\nü\n", "send", "--server", host.Address, "--message", "-")), StringComparison.Ordinal);
        Assert.Contains("offers no login; it may take one under TLS", AssertFails(await SendAsync(host, "secret\n", "--user", "alice", "--password-stdin")), StringComparison.Ordinal);
        var plain = await SendAsync(host, "text", "--notify", "failure");
        plain.Fine();
        Assert.Contains("does not offer DSN", plain.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Heard, line => line.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Single(host.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SaysWhoCannotBeReached()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Assert.Equal($"merpati: cannot reach localhost port {port}: the connection was refused\n", AssertFails(await SendToAsync($"localhost:{port}")));
        var own = await Command.MerpatiAsync(_folder.Path, "text", "send", "--from", "a@example.org", "--to", "b@example.org", "--set", $"Listeners:smtp:Endpoint=0.0.0.0:{port}");
        Assert.StartsWith($"merpati: cannot reach 127.0.0.1 port {port}: the connection was refused; 'merpati serve' starts", AssertFails(own), StringComparison.Ordinal);
        Assert.Matches("^merpati: cannot (reach|find out where) no-such-host\\.invalid", AssertFails(await SendToAsync("no-such-host.invalid:25")));
    }

    [Fact]
    public async Task ConnectsOnlyWhenEverythingCanBeRead()
    {
        await using var host = ScriptedHost.Offering("");
        Assert.Equal($"merpati: {_folder["none.txt"]} cannot be read: there is no such file\n", AssertFails(await SendAsync(host, "text", "--attach", _folder["none.txt"])));
        Assert.Equal($"merpati: {_folder.Path} cannot be read: it is a folder\n", AssertFails(await SendAsync(host, "text", "--attach", _folder.Path)));
        foreach (var (message, told) in new[] { ("", "holds no message: it is empty"), ("From: a@example.org\n\na\rb", "line 3 of standard input has a CR that ends no line"), ("From: a@example.org\n\na\r", "line 3 of standard input has a CR"), ("To: b@\n\n", "the To field of standard input is no list of addresses") })
        {
            var failed = await Command.MerpatiAsync(_folder.Path, message, "send", "--server", host.Address, "--message", "-", "--from", "a@example.org");
            Assert.Contains(told, AssertFails(failed), StringComparison.Ordinal);
        }

        Assert.Empty(host.Heard);
    }

    [Theory]
    [InlineData("--from a@example.org")]
    [InlineData("--from a --to b@example.org")]
    [InlineData("--to b@example.org")]
    [InlineData("--from a@example.org --to b")]
    [InlineData("--from a@example.org --to b@example.org --header nothing")]
    [InlineData("--from a@example.org --to b@example.org --header Bcc:c@example.org")]
    [InlineData("--from a@example.org --to b@example.org --tls perhaps")]
    [InlineData("--from a@example.org --to b@example.org --server host:99999")]
    [InlineData("--from a@example.org --to b@example.org --notify never,failure")]
    [InlineData("--from a@example.org --to b@example.org --ret all")]
    [InlineData("--from a@example.org --to b@example.org --helo my_pc!")]
    [InlineData("--from a@example.org --to b@example.org --password-stdin")]
    [InlineData("--from a@example.org --to b@example.org --any-certificate --tls verify")]
    [InlineData("--message x.eml --subject x")]
    [InlineData("--message -")]
    public async Task KnowsWrongUsage(string arguments)
    {
        var failed = await Command.MerpatiAsync(_folder.Path, "X-Nobody: x\n\n", ["send", .. arguments.Split(' ')]);
        Assert.Equal((2, ""), (failed.Status, failed.Output));
        Assert.StartsWith("merpati: ", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GoesOnWithoutTlsOnlyWhereItIsTried()
    {
        // A peer that says more than it should before the handshake.
        var connections = 0;
        await using var host = new ScriptedHost(line => line switch
        {
            "" => $"220 peer {Interlocked.Increment(ref connections)}",
            "STARTTLS" => "220 go\r\n250 and this",
            "DATA" => "354 go",
            "QUIT" => "221 bye",
            _ => line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-peer.example\r\n250 STARTTLS" : "250 ok",
        });
        Assert.Contains("the server spoke in the clear", AssertFails(await SendAsync(host, "text", "--tls", "require")), StringComparison.Ordinal);
        Assert.Equal(1, connections);
        var tried = await SendAsync(host, "text", "--tls", "try");
        tried.Fine();
        Assert.StartsWith("merpati: note: no TLS with 127.0.0.1: the server spoke in the clear", tried.Error, StringComparison.Ordinal);
        Assert.Equal(3, connections);
    }

    [Fact]
    public async Task HandsOnWhatWasAskedFor()
    {
        await using var host = ScriptedHost.Offering("DSN SMTPUTF8 8BITMIME");
        (await SendAsync(host, "text", "--to", "ёж@example.org", "--notify", "success,DELAY", "--ret", "hdrs", "--helo", "[192.0.2.1]")).Fine();
        Assert.Equal(
            ["EHLO [192.0.2.1]", "MAIL FROM:<alice@example.org> BODY=8BITMIME RET=HDRS SMTPUTF8", "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,DELAY"],
            host.Heard.Take(3).Select(line => line.Replace(" SMTPUTF8 RET=HDRS", " RET=HDRS SMTPUTF8", StringComparison.Ordinal)));
        Assert.Contains("\r\nTo: bob@example.org, carol@example.org, ёж@example.org\r\n", host.Text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendsAgainForThoseThatAreTooManyAtOnce()
    {
        var recipients = 0;
        await using var host = new ScriptedHost(line => line switch
        {
            "" => "220 peer",
            "DATA" => "354 go",
            "." => $"250 after {Interlocked.Exchange(ref recipients, 0)}",
            "QUIT" => "221 bye",
            _ => line.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Increment(ref recipients) > 2 ? "452 4.5.3 too many" : "250 ok",
        });
        var sent = await SendAsync(host, "text", "--cc", "d@example.org,e@example.org,f@example.org");
        Assert.Equal(5, sent.Fine().Split('\n').Where(line => line.StartsWith("sent to ", StringComparison.Ordinal)).SelectMany(line => line.Split('(')[0].Split(',')).Count());
        Assert.Equal(3, host.Heard.Count(line => line == "DATA"));
    }

    [Fact]
    public async Task AnLmtpServerAnswersForEach()
    {
        await using var host = ScriptedHost.Offering("PIPELINING", (".", "250 2.1.5 kept\r\n452 4.2.2 full"));
        var sent = await SendAsync(host, "text", "--lmtp");
        Assert.Equal(1, sent.Status);
        Assert.Matches("^sent to bob@example.org \\(\\d+ octets\\): 250 2.1.5 kept\n$", sent.Output);
        Assert.Equal("merpati: not taken for carol@example.org: 452 4.2.2 full\n", sent.Error);
        Assert.StartsWith("LHLO ", host.Heard[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesAnotherServersClaimToKnowThePassword()
    {
        await using var host = ScriptedHost.Offering("AUTH+SCRAM-SHA-256", ("AUTH", "235 welcome"));
        Assert.Contains("the server let us in without having proven that it knows us", AssertFails(await SendAsync(host, "secret\n", "--user", "alice", "--password-stdin")), StringComparison.Ordinal);
        Assert.Single(host.Heard, line => line.StartsWith("AUTH SCRAM-SHA-256 ", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    private static string AssertFails(CommandResult result)
    {
        Assert.Equal(1, result.Status);
        Assert.StartsWith("merpati: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        return result.Error;
    }

    private Task<CommandResult> SendAsync(ScriptedHost host, string input, params string[] arguments) => SendToAsync(host.Address, input, arguments);

    private Task<CommandResult> SendToAsync(string server, string input = "text", params string[] arguments) => Command.RunAsync(Repository.Program, [.. Arguments(server), .. arguments], input);

    private string[] Arguments(string server) =>
        ["send", "--data", _folder.Path, "--server", server, "--from", "alice@example.org", "--to", "bob@example.org", "carol@example.org"];
}
