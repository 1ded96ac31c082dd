using Merpati.Auth;
using Merpati.Smtp.Server;

namespace Merpati.Smtp.Tests;

/// <summary>Who may send what, and where (RFC 6409, RFC 4954 §6).</summary>
public sealed class SubmissionTests
{
    private const string Hello = "S: 220 mx.example.org ESMTP Merpati\nC: HELO client.example\nS: 250 mx.example.org\n";
    private const string Login = "C: AUTH STEPS ZmluYWw=\nS: 334 *\nc: \\r\\n\nS: 235 2.7.0 Authenticated\n";

    [Theory]
    [InlineData("MAIL FROM:<alice@example.org>")]
    [InlineData("MAIL FROM:<>")]
    [InlineData("MAIL nonsense")]
    [InlineData("SEND FROM:<alice@example.org>")]
    public Task WantsALoginOnASubmissionListener(string command) => PlayAsync(SmtpRole.Submission,
        $"""
        C: {command}
        S: 530 5.7.0 Authentication required
        C: RCPT TO:<alice@example.org>
        S: 503 5.5.1 Send MAIL first
        """);

    [Fact]
    public Task WantsTlsFirstWhereItIsRequired() => PlayAsync(SmtpRole.Submission,
        """
        C: MAIL FROM:<alice@example.org>
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: AUTH STEPS ZmluYWw=
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
        S: 530 5.7.0 Must issue a STARTTLS command first
        """, TlsRequirement.Always);

    [Fact]
    public async Task OffersNoLoginBeforeTlsWhereItIsRequired()
    {
        await using var client = Server(SmtpRole.Submission, TlsRequirement.Always).Connect();
        Assert.DoesNotContain(await AuthTests.EhloAsync(client), line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public Task TakesPlainPasswordsAnywhereWhenToldSo() => PlayAsync(SmtpRole.Submission,
        """
        C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
        S: 235 2.7.0 Authenticated
        C: MAIL FROM:<alice@example.org>
        S: 250 2.1.0 Sender ok
        """, TlsRequirement.Never);

    [Theory]
    [InlineData(SmtpRole.Submission)]
    [InlineData(SmtpRole.Relay)]
    public Task HoldsAUserToHisAddresses(SmtpRole role) => PlayAsync(role, Login +
        """
        C: MAIL FROM:<bob@example.org>
        S: 553 5.7.1 <bob@example.org>... Not an address of yours
        C: RCPT TO:<alice@example.org>
        S: 503 5.5.1 Send MAIL first
        C: SAML FROM:<bob@example.org>
        S: 553 5.7.1 <bob@example.org>... Not an address of yours
        C: MAIL FROM:<broken@example.org>
        S: 451 4.3.0 The directory does not answer, try again later
        C: MAIL FROM:<sales@example.org>
        S: 250 2.1.0 Sender ok
        C: RSET
        S: 250 2.0.0 Ok
        C: MAIL FROM:<>
        S: 250 2.1.0 Sender ok
        C: RSET
        S: 250 2.0.0 Ok
        C: MAIL FROM:<alice@example.org> SIZE=99999999
        S: 552 5.3.4 Message larger than the limit
        """);

    [Theory]
    [InlineData("alice@example.org", true)]
    [InlineData("ALICE@EXAMPLE.ORG", true)]
    [InlineData("alice@example.com", false)]
    [InlineData("sales@example.org", false)]
    public Task KnowsHisOwnAddressWithoutABook(string address, bool may) =>
        new TestServer { NewPartners = static partners => partners with { Sasl = new MemorySasl() } }.PlayFromBannerAsync(
            Hello + Login + $"C: MAIL FROM:<{address}>\nS: {(may ? "250 2.1.0 Sender ok" : "553 5.7.1 *")}" + TestServer.Bye);

    [Theory]
    [InlineData(SmtpRole.Submission, true)]
    [InlineData(SmtpRole.Relay, false)]
    public async Task TellsTheIntakeWhoGaveItTheMessage(SmtpRole role, bool isSubmission)
    {
        var server = Server(role, TlsRequirement.ExceptLoopback);
        await using var client = server.Connect();
        await client.SendAsync("EHLO client.example\r\nAUTH STEPS ZmluYWw=\r\n\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
        while (await client.ReadLineAsync() is { } line && !line.StartsWith("354", StringComparison.Ordinal)) Assert.NotEqual('5', line[0]);
        await client.SendAsync("text\r\n.\r\n");
        Assert.StartsWith("250 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        var origin = Assert.Single(server.Intake.Messages).Envelope.Origin;
        Assert.Equal((7, "alice@example.org", isSubmission, "ESMTPA"), (origin.Submitter!.AccountId, origin.Submitter.Address.ToString(), origin.IsSubmission, origin.Protocol));
        var question = Assert.Single(server.Directory.Questions);
        Assert.Equal(7, question.Submitter!.AccountId);
    }

    [Fact]
    public async Task TellsTheDirectoryWhoIsTrusted()
    {
        var server = new TestServer { Options = new SmtpServiceOptions { HostName = "mx.example.org", TrustedNetworks = [System.Net.IPNetwork.Parse("127.0.0.0/8")] } };
        await using var client = server.Connect();
        await client.SendAsync("HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\n");
        for (var i = 0; i < 4; i++) await client.ReadLineAsync();
        Assert.True(Assert.Single(server.Directory.Questions).IsTrusted);
    }

    private static TestServer Server(SmtpRole role, TlsRequirement requirement) => new()
    {
        Options = new SmtpServiceOptions { HostName = "mx.example.org", Role = role, RequireTls = requirement },
        NewPartners = static partners => partners with { AddressBook = new MemoryBook(), Sasl = new MemorySasl(), Terminals = new MemoryTerminals() },
    };

    private static Task PlayAsync(SmtpRole role, string dialogue, TlsRequirement requirement = TlsRequirement.ExceptLoopback) =>
        Server(role, requirement).PlayFromBannerAsync(Hello + dialogue + TestServer.Bye);
}
