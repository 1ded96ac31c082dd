using System.Text;

namespace Merpati.Pop3.Tests;

/// <summary>STLS (RFC 2595 §4) and TLS from the first octet (RFC 8314), with real TLS over real sockets.</summary>
public sealed class StlsTests
{
    private const string NeedsTls = "-ERR A secure connection is needed before a password is taken.";
    private const string Ready = "+OK Begin the TLS handshake.";

    private static readonly string Paul = OfficeSasl.Plain("paul", PostOffice.Secret);

    [Fact]
    public async Task BeginsAnewUnderTls()
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectAsync();
        var before = await client.ListAsync("CAPA");
        Assert.Contains("STLS", before);
        Assert.Contains("SASL STEPS", before);
        Assert.DoesNotContain("USER", before);
        Assert.Equal(NeedsTls, await client.AskAsync("USER paul"));
        Assert.Equal(NeedsTls, await client.AskAsync($"PASS {PostOffice.Secret}"));
        Assert.Equal(NeedsTls, await client.AskAsync($"AUTH PLAIN {Paul}"));
        Assert.Equal(Ready, await client.AskAsync("STLS"));
        await client.SecureAsync();
        var after = await client.ListAsync("CAPA");
        Assert.DoesNotContain("STLS", after);
        Assert.Contains("SASL STEPS PLAIN", after);
        Assert.Contains("USER", after);
        Assert.Equal("-ERR TLS is active already.", await client.AskAsync("STLS"));
        Assert.Equal("+OK", await client.AskAsync("USER paul"));
        Assert.StartsWith("+OK paul's maildrop", await client.AskAsync($"PASS {PostOffice.Secret}"), StringComparison.Ordinal);
        Assert.DoesNotContain("STLS", await client.ListAsync("CAPA"));
        Assert.Equal("-ERR You are already logged in.", await client.AskAsync("STLS"));
        Assert.Equal("+OK 6 12576", await client.AskAsync("STAT"));
        Assert.StartsWith("+OK ", await client.AskAsync("QUIT"), StringComparison.Ordinal);
        Assert.Null(await client.ReadLineAsync());
        await secure.CloseAsync();
        Assert.Contains(secure.Office.Log.Of(300), line => line.StartsWith("pop3 session of paul@example.org over TLS 1.", StringComparison.Ordinal));
        Assert.Equal(1, secure.Office.PasswordChecks);
    }

    [Fact]
    public async Task ForgetsWhomUserNamed()
    {
        await using var secure = await SecureOffice.OpenAsync(office => office.Options = office.Options with { RequireTls = Auth.TlsRequirement.Never });
        await using var client = await secure.ConnectAsync();
        Assert.Equal("+OK", await client.AskAsync("USER paul"));
        Assert.Equal(Ready, await client.AskAsync("STLS"));
        await client.SecureAsync();
        Assert.Equal("-ERR Give your name with USER first.", await client.AskAsync($"PASS {PostOffice.Secret}"));
        Assert.Equal("-ERR Log in first.", await client.AskAsync("STAT"));
    }

    [Fact]
    public async Task ForgetsTheLanguage()
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectAsync();
        Assert.StartsWith("+OK", await client.AskAsync("LANG id"), StringComparison.Ordinal);
        Assert.NotEqual("-ERR Log in first.", await client.AskAsync("STAT"));
        Assert.StartsWith("+OK", await client.AskAsync("STLS"), StringComparison.Ordinal);
        await client.SecureAsync();
        Assert.Equal("-ERR Log in first.", await client.AskAsync("STAT"));
    }

    // The counts of what went wrong are not the client's to reset.
    [Fact]
    public async Task CountsTheFailedLoginsOn()
    {
        await using var secure = await SecureOffice.OpenAsync(office => office.Options = office.Options with { RequireTls = Auth.TlsRequirement.Never });
        await using var client = await secure.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            if (i == 2)
            {
                Assert.Equal(Ready, await client.AskAsync("STLS"));
                await client.SecureAsync();
            }

            Assert.Equal("-ERR [AUTH] Invalid login name or password.", await client.AskAsync($"AUTH PLAIN {OfficeSasl.Plain("paul", "wrong")}"));
        }

        Assert.Null(await client.ReadLineAsync());
    }

    // CVE-2011-0411 and its like: what came in the clear is never acted on.
    [Theory]
    [InlineData("STLS\r\nUSER paul\r\nPASS Kukuru23432\r\nDELE 1\r\nQUIT\r\n")]
    [InlineData("STLS\r\nCAPA\r\n")]
    [InlineData("STLS\r\nSTLS\r\n")]
    [InlineData("STLS\r\nUS")]
    [InlineData("STLS\r\n\0")]
    public async Task RefusesWhatIsPipelinedBehindIt(string octets)
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectAsync();
        await client.SendAsync(octets);
        Assert.Equal("-ERR Nothing may follow STLS before the TLS handshake.", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
        await secure.CloseAsync();
        Assert.Contains("OutOfTurn", Assert.Single(secure.Office.Log.Of(300)), StringComparison.Ordinal);
        Assert.Equal(0, secure.Office.PasswordChecks);
    }

    [Theory]
    [InlineData("USER paul\r\nPASS Kukuru23432\r\nDELE 1\r\nQUIT\r\n")]
    [InlineData("\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    public async Task EndsWhenTheHandshakeFails(string octets)
    {
        await using var secure = await SecureOffice.OpenAsync(office => office.Options = office.Options with { RequireTls = Auth.TlsRequirement.Never });
        await using var client = await secure.ConnectAsync();
        Assert.Equal(Ready, await client.AskAsync("STLS"));
        await client.SendAsync(octets);
        while (await client.ReadLineAsync() is { } line)
        {
            Assert.DoesNotContain("+OK", line, StringComparison.Ordinal);
            Assert.DoesNotContain("-ERR", line, StringComparison.Ordinal);
        }

        await secure.CloseAsync();
        Assert.Contains("TlsFailed", Assert.Single(secure.Office.Log.Of(300)), StringComparison.Ordinal);
        Assert.StartsWith("no TLS with 127.0.0.1 after STLS: ", Assert.Single(secure.Office.Log.Of(330)), StringComparison.Ordinal);
        Assert.Equal(0, secure.Office.PasswordChecks);
    }

    [Fact]
    public async Task TakesNoArgument()
    {
        await using var secure = await SecureOffice.OpenAsync();
        await new Transcript("""
            S: *
            C: STLS now
            S: -ERR Too many arguments for the STLS command.
            C: QUIT
            S: +OK *
            """).PlayEveryWayAsync(secure.Office.Service);
    }

    [Fact]
    public async Task IsNotTakenAfterTheLogin()
    {
        await using var secure = await SecureOffice.OpenAsync(office => office.Options = office.Options with { RequireTls = Auth.TlsRequirement.Never });
        await new Transcript($"""
            S: *
            C: USER paul
            C: PASS {PostOffice.Secret}
            C: STLS
            C: STAT
            S: +OK
            S: +OK paul's maildrop *
            S: -ERR You are already logged in.
            S: +OK 6 12576
            """).PlayEveryWayAsync(secure.Office.Service);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pop3")]
    public async Task ServesOverTlsFromTheFirstOctet(string? protocol)
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectSecureAsync();
        await client.SecureAsync(protocol: protocol);
        Assert.Equal("+OK mail.example.org POP3 Merpati ready", await client.ReadLineAsync());
        var offered = await client.ListAsync("CAPA");
        Assert.Contains("USER", offered);
        Assert.DoesNotContain("STLS", offered);
        Assert.Equal("-ERR TLS is active already.", await client.AskAsync("STLS"));
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nRETR 4\r\n");
        Assert.Equal("+OK", await client.ReadLineAsync());
        Assert.StartsWith("+OK paul's maildrop", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await client.ReadLineAsync(), StringComparison.Ordinal);
        var text = new StringBuilder();
        while (await client.ReadLineAsync() is { } line and not ".") text.Append(line).Append("\r\n");
        Assert.Equal(Encoding.ASCII.GetString(PostOffice.TextOf(PostOffice.PaulsSizes[3])), text.ToString());
        Assert.StartsWith("+OK ", await client.AskAsync("QUIT"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imap")]
    [InlineData("smtp")]
    [InlineData("http/1.1")]
    public async Task RefusesClientsOfAnotherProtocol(string protocol)
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectSecureAsync();
        Assert.IsAssignableFrom<Exception>(await Record.ExceptionAsync(() => client.SecureAsync(protocol: protocol)));
        await secure.CloseAsync();
        Assert.Empty(secure.Office.Log.Of(300));
    }
}
