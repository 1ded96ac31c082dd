using System.Text;

namespace Merpati.Host.Tests;

/// <summary>Our users hand in mail with the programs that they have.</summary>
public sealed class SubmissionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    private string Certificate => Path.Combine(Data, "tls", "self-signed.crt");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    [InlineData("DIGEST-MD5")]
    public async Task SwaksSubmitsWithStartTls(string mechanism)
    {
        var swaks = await Command.NeedSwaksAsync("Net::SSLeay", mechanism switch { "CRAM-MD5" => "Digest::HMAC_MD5", "DIGEST-MD5" => "Authen::SASL", _ => "strict" });
        await using var server = await StartAsync();
        var said = (await Command.RunAsync(swaks, ["--server", "127.0.0.1", "--port", $"{server.Submission.Port}", "--helo", "client.example.com", "-tls", "-a", mechanism,
            "-au", "alice@example.org", "-ap", "secret", "--from", "alice@example.org", "--to", "bob@example.org", "--header", $"Subject: by {mechanism}"])).Fine();
        Assert.Contains("TLS started", said, StringComparison.Ordinal);
        Assert.Contains($"AUTH {mechanism}", said, StringComparison.Ordinal);
        Assert.Contains("235 2.7.0", said, StringComparison.Ordinal);
        var read = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(server, "bob")));
        Assert.Contains($"Subject: by {mechanism}\r\n", read, StringComparison.Ordinal);
        Assert.Contains(" with ESMTPSA ", read, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CurlSubmitsOverTlsFromTheFirstOctetAndBelievesTheCertificate()
    {
        var curl = Command.Need("curl");
        await using var server = await StartAsync();
        var message = _folder["message.eml"];
        await File.WriteAllTextAsync(message, "From: alice@example.org\r\nTo: bob@example.org\r\nSubject: by curl\r\n\r\nHello\r\n");
        string[] common = ["-sS", "--cacert", Certificate, "-u", "alice@example.org:secret", "--mail-from", "alice@example.org", "--mail-rcpt", "bob@example.org", "-T", message];
        (await Command.RunAsync(curl, [.. common, $"smtps://{server.Submissions}"])).Fine();
        (await Command.RunAsync(curl, [.. common, "--ssl-reqd", $"smtp://{server.Submission}"])).Fine();
        (await Command.RunAsync(curl, [.. common, "--ssl-reqd", $"smtp://{server.Smtp}"])).Fine();
        Assert.Equal(3, (await MailDialogue.ReadAllAsync(server, "bob")).Count);
    }

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-1")]
    public async Task GsaslLogsInByScram(string mechanism)
    {
        var gsasl = Command.Need("gsasl");
        await using var server = await StartAsync();
        string[] binding = mechanism.EndsWith("-PLUS", StringComparison.Ordinal) ? [] : ["--no-cb"];
        var said = await Command.RunAsync(gsasl, [.. binding, "--smtp", "--connect", $"127.0.0.1:{server.Submission.Port}", "--mechanism", mechanism, "--authentication-id=alice@example.org",
            "--password=secret", $"--x509-ca-file={Certificate}"], "");
        Assert.Contains("235 2.7.0", said.Output + said.Error, StringComparison.Ordinal);
        Assert.Contains("server trusted", said.Output + said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoSubmitsMustHaveLoggedInAndSendsUnderHisOwnAddresses()
    {
        await using var server = await StartAsync();
        (await Command.MerpatiAsync(Data, null, "alias", "add", "sales@example.org", "alice@example.org")).Fine();
        using var smtp = await LineClient.ConnectAsync(server.Submission);
        await smtp.AskAsync("EHLO client.example.com");
        Assert.StartsWith("530 5.7.0", await smtp.AskAsync("MAIL FROM:<alice@example.org>"), StringComparison.Ordinal);
        using var certificate = await smtp.StartTlsAsync();
        Assert.Equal("CN=mx.example.org", certificate.Subject);
        await smtp.AskAsync("EHLO client.example.com");
        Assert.StartsWith("535 5.7.8", await smtp.AskAsync($"AUTH PLAIN {Plain("alice@example.org", "wrong")}"), StringComparison.Ordinal);
        Assert.StartsWith("235 2.7.0", await smtp.AskAsync($"AUTH PLAIN {Plain("alice@example.org", "secret")}"), StringComparison.Ordinal);
        Assert.StartsWith("553 5.7.1", await smtp.AskAsync("MAIL FROM:<bob@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<sales@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync("From: sales@example.org\r\nSubject: bare\r\n\r\nHello\r\n.\r\n"u8.ToArray());
        Assert.StartsWith("250 2.0.0", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
        var read = Encoding.ASCII.GetString(Assert.Single(await MailDialogue.ReadAllAsync(server, "bob")));
        Assert.Contains("\r\nMessage-ID: <", read, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nDate: ", read, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OldMechanismsAreOfferedOnlyWhereAllowedAndForgottenByPasswd()
    {
        await using var server = await StartAsync();
        string[] legacy = ["--password-stdin", "--set", "Auth:Iterations=4096"];
        var swaks = await Command.NeedSwaksAsync("Net::SSLeay", "Digest::HMAC_MD5");
        string[] login = ["--server", "127.0.0.1", "--port", $"{server.Submission.Port}", "--helo", "c.example.com", "-tls", "-a", "CRAM-MD5", "-au", "alice@example.org", "-ap", "other", "--quit-after", "AUTH"];
        (await Command.MerpatiAsync(Data, "other\n", ["account", "passwd", "alice@example.org", "--legacy-auth", .. legacy])).Fine();
        Assert.Contains("235 2.7.0", (await Command.RunAsync(swaks, login)).Output, StringComparison.Ordinal);
        (await Command.MerpatiAsync(Data, "other\n", ["account", "passwd", "alice@example.org", .. legacy])).Fine();
        Assert.Contains("535 5.7.8", (await Command.RunAsync(swaks, login)).Output, StringComparison.Ordinal);

        await using var modern = await RunningServer.StartAsync(_folder["modern"]);
        using var smtp = await LineClient.ConnectAsync(modern.Submission);
        await smtp.AskAsync("EHLO client.example.com");
        Assert.StartsWith("504 5.5.4", await smtp.AskAsync("AUTH CRAM-MD5"), StringComparison.Ordinal);
    }

    private async Task<RunningServer> StartAsync()
    {
        await RunningServer.PrepareAsync(Data, "bob");
        (await Command.MerpatiAsync(Data, "secret\n", "account", "add", "alice@example.org", "--legacy-auth", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        return await RunningServer.StartAsync(Data, "--set", "Auth:LegacyMechanisms=cram-md5, digest-md5, scram-sha-1");
    }

    private static string Plain(string name, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0{password}"));
}
