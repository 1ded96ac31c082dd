using System.Net;
using System.Text;
using Merpati.Auth;
using Merpati.Storage;

namespace Merpati.Pop3.Tests;

/// <summary>USER, PASS and what CAPA offers.</summary>
public sealed class LoginTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.7");

    [Fact]
    public Task APasswordKeepsItsSpaces() => new Transcript("""
        S: *
        C: USER alice
        S: +OK
        C: PASS a pass phrase
        S: -ERR [AUTH] Invalid login name or password.
        C: USER alice
        S: +OK
        c: PASS a pass  phrase \r\n
        S: +OK alice's maildrop has 2 messages (320 octets)
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Fact]
    public async Task APasswordMayBeUtf8()
    {
        await using var client = new PostOffice().Connect();
        await client.NextAsync();
        await client.SendAsync(Encoding.UTF8.GetBytes("USER bob\r\nPASS пароль\r\n"));
        Assert.Equal("+OK", await client.NextAsync());
        Assert.Equal("+OK bob's maildrop has 0 messages (0 octets)", await client.NextAsync());
    }

    [Fact]
    public async Task TheSingularIsRight()
    {
        var office = new PostOffice();
        office.Messages.Add(PostOffice.Bob, "\n");
        await using var client = office.Connect();
        await client.NextAsync();
        await client.SendAsync(Encoding.UTF8.GetBytes("USER bob\r\nPASS пароль\r\nDELE 2\r\nQUIT\r\n"));
        await client.NextAsync();
        Assert.Equal("+OK bob's maildrop has 1 message (1 octet)", await client.NextAsync());
        Assert.Equal("-ERR No such message, only 1 message in maildrop.", await client.NextAsync());
        Assert.Equal("+OK mail.example.org POP3 server signing off (1 message left)", await client.NextAsync());
    }

    [Fact]
    public Task NobodyLearnsWhoExists() => new Transcript("""
        S: *
        C: USER nobody
        S: +OK
        C: PASS guess
        S: -ERR [AUTH] Invalid login name or password.
        C: USER paul
        S: +OK
        C: PASS guess
        S: -ERR [AUTH] Invalid login name or password.
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Fact]
    public Task AnotherTryBeginsWithUser() => new Transcript("""
        S: *
        C: USER paul
        S: +OK
        C: PASS wrong
        S: -ERR [AUTH] Invalid login name or password.
        C: PASS Kukuru23432
        S: -ERR Give your name with USER first.
        C: USER nobody
        S: +OK
        C: USER paul
        S: +OK
        C: PASS Kukuru23432
        S: +OK paul's maildrop has 6 messages (12576 octets)
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Fact]
    public async Task TheThirdFailedLoginEndsTheSession()
    {
        var office = new PostOffice();
        await new Transcript("""
            S: *
            C: USER paul
            C: PASS one
            C: USER paul
            C: PASS two
            C: USER paul
            C: PASS three
            C: USER paul
            C: PASS Kukuru23432
            S: +OK
            S: -ERR [AUTH] Invalid login name or password.
            S: +OK
            S: -ERR [AUTH] Invalid login name or password.
            S: +OK
            S: -ERR [AUTH] Invalid login name or password.
            S: [closed]
            """).PlayAsync(office.Service());
        Assert.Equal(3, office.PasswordChecks);
        Assert.Contains("TooManyFailedLogins", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaysWhenLoginsCannotBeChecked()
    {
        var office = new PostOffice { AuthenticatorUnavailable = true };
        await using var client = office.Connect();
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\n");
        await client.NextAsync();
        await client.NextAsync();
        Assert.StartsWith("-ERR [SYS/TEMP] ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
    }

    [Fact]
    public async Task SaysThatTooManyLoginsHaveFailed()
    {
        var office = new PostOffice { LoginsThrottled = true };
        await new Transcript($"""
            S: *
            C: USER paul
            S: +OK
            C: PASS {PostOffice.Secret}
            S: -ERR [SYS/TEMP] Too many logins have failed, try again later.
            C: USER paul
            S: +OK
            C: PASS {PostOffice.Secret}
            S: -ERR [SYS/TEMP] Too many logins have failed, try again later.
            C: STAT
            S: -ERR Log in first.
            C: USER paul
            S: +OK
            C: PASS {PostOffice.Secret}
            S: -ERR [SYS/TEMP] Too many logins have failed, try again later.
            S: [closed]
            """).PlayAsync(office.Service());
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        Assert.EndsWith("failed: LoginThrottled", office.Log.Of(310)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALoginThatIsHeldBackHoldsUpNobodyElse()
    {
        var office = new PostOffice { PaulsDelay = TimeSpan.FromSeconds(15) };
        await using var paul = office.Connect();
        await paul.SendAsync("USER paul\r\n");
        await paul.NextAsync();
        Assert.Equal("+OK", await paul.NextAsync());
        await paul.SendAsync($"PASS {PostOffice.Secret}\r\nSTAT\r\n");
        var held = paul.NextAsync();
        await office.PaulWaits.Task;
        await using (await office.LogInAsync("alice", "a pass  phrase "))
        {
            office.Time.Advance(TimeSpan.FromSeconds(14));
        }

        Assert.False(held.IsCompleted);
        office.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await held);
        Assert.Equal("+OK 6 12576", await paul.NextAsync());
    }

    [Theory]
    [InlineData(StoreFailure.Busy, "-ERR [SYS/TEMP] ")]
    [InlineData(StoreFailure.Broken, "-ERR [SYS/TEMP] ")]
    [InlineData(StoreFailure.Corrupt, "-ERR [SYS/PERM] ")]
    public async Task AMaildropThatCannotBeOpenedIsNotLocked(StoreFailure failure, string reply)
    {
        var office = new PostOffice();
        await using var client = office.Connect();
        await client.NextAsync();
        foreach (var atLock in new[] { true, false })
        {
            office.Messages.OnLock = atLock ? failure : null;
            office.Messages.OnSnapshot = atLock ? null : failure;
            await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nSTAT\r\n");
            await client.NextAsync();
            Assert.StartsWith(reply, await client.NextAsync(), StringComparison.Ordinal);
            Assert.Equal("-ERR Log in first.", await client.NextAsync());
            Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        }

        office.Messages.OnSnapshot = null;
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\n");
        await client.NextAsync();
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await client.NextAsync());
        Assert.Equal(2, office.Log.Of(320).Length);
    }

    [Fact]
    public async Task AMaildropThatWasRemovedIsNotLocked()
    {
        var office = new PostOffice();
        office.Messages.RemoveMailbox(PostOffice.Paul);
        await using var client = office.Connect();
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\n");
        await client.NextAsync();
        await client.NextAsync();
        Assert.StartsWith("-ERR [SYS/PERM] ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
    }

    [Theory]
    [InlineData(TlsRequirement.ExceptLoopback, true, true)]
    [InlineData(TlsRequirement.ExceptLoopback, false, false)]
    [InlineData(TlsRequirement.Always, true, false)]
    [InlineData(TlsRequirement.Always, false, false)]
    [InlineData(TlsRequirement.Never, true, true)]
    [InlineData(TlsRequirement.Never, false, true)]
    public async Task PlainPasswordsAreTakenWhereTlsIsNotRequired(TlsRequirement requirement, bool loopback, bool taken)
    {
        var office = new PostOffice { Options = new() { HostName = "mail.example.org", RequireTls = requirement } };
        await using var client = office.Connect(loopback ? IPAddress.IPv6Loopback : Elsewhere);
        await client.SendAsync($"CAPA\r\nUSER paul\r\nPASS {PostOffice.Secret}\r\nQUIT\r\n");
        var said = Encoding.ASCII.GetString(await client.RestAsync());
        Assert.Equal(taken, said.Contains("\r\nUSER\r\n", StringComparison.Ordinal));
        Assert.Equal(taken, said.Contains("+OK paul's maildrop", StringComparison.Ordinal));
        Assert.Equal(taken ? 0 : 2, said.Split("-ERR A secure connection is needed before a password is taken.\r\n").Length - 1);
        Assert.Equal(taken ? 1 : 0, office.PasswordChecks);
    }
}
