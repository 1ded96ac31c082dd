using Merpati.Auth;
using Merpati.Mail.Directory;
using Merpati.Mail.Intake;
using Merpati.Progin.Server;
using Merpati.Storage;

namespace Merpati.Progin.Tests;

/// <summary>Whatever is refused, each dialogue whole, octet by octet and cut at every point; nothing is delivered that was not acknowledged.</summary>
public sealed class RefusalTests
{
    private const string ToSender = "C: HELO\nC: MAIL\nC: SNDR user1 password\nS: OK\nS: OK\nS: OK\n";
    private const string ToRecipient = ToSender + "C: RCPT user2\nS: OK\n";
    private const string ToFetch = "C: HELO\nC: FTCH\nS: OK\nS: OK\n";
    private const string ToMailbox = ToFetch + "C: LGIN user1 password\nS: OK\n";

    private Campus _campus = new();

    [Theory]
    // wrong order: the session goes on
    [InlineData("C: MAIL\nS: ERR Say HELO first.\nC: HELO\nS: OK\nC: MAIL\nS: OK")]
    [InlineData("C: FTCH\nS: ERR Say HELO first.\nC: LIST\nS: ERR Say HELO first.\nC: QUIT\nS: BYE")]
    [InlineData("C: SNDR user1 password\nS: ERR Say HELO first.\nC: LGIN user1 password\nS: ERR Say HELO first.\nC: RCPT user2\nS: ERR Say HELO first.")]
    [InlineData("C: HELO\nS: OK\nC: SNDR user1 password\nS: ERR Say MAIL first.\nC: MAIL\nS: OK\nC: SNDR user1 password\nS: OK")]
    [InlineData("C: HELO\nS: OK\nC: RCPT user2\nS: ERR Say MAIL first.\nC: MAIL\nS: OK\nC: RCPT user2\nS: ERR Say SNDR first.")]
    [InlineData("C: HELO\nS: OK\nC: LGIN user1 password\nS: ERR Say FTCH first.\nC: LIST\nS: ERR Say FTCH first.\nC: FTCH\nS: OK\nC: LIST\nS: ERR Say LGIN first.")]
    [InlineData("C: HELO\nC: MAIL\nS: OK\nS: OK\nC: LGIN user1 password\nS: ERR Say FTCH first.")]
    [InlineData("C: HELO\nC: FTCH\nS: OK\nS: OK\nC: SNDR user1 password\nS: ERR Say MAIL first.\nC: RCPT user2\nS: ERR Say MAIL first.")]
    [InlineData(ToSender + "C: SNDR user2 password\nS: ERR There is a sender already, MAIL begins a new message.\nC: RCPT user2\nS: OK\nC: SNDR user2 password\nS: ERR There is a sender already*\nC: LIST\nS: ERR Say FTCH first.")]
    [InlineData(ToMailbox + "C: LGIN user2 password\nS: ERR You are already logged in, FTCH begins anew.\nC: LIST\nS: 0\nC: SNDR user1 password\nS: ERR Say MAIL first.")]
    [InlineData(ToRecipient + "C: FTCH\nS: OK\nC: RCPT user2\nS: ERR Say MAIL first.\nC: MAIL\nS: OK\nC: RCPT user2\nS: ERR Say SNDR first.")]
    [InlineData(ToMailbox + "C: HELO\nS: OK\nC: LIST\nS: ERR Say FTCH first.\nC: FTCH\nS: OK\nC: LIST\nS: ERR Say LGIN first.")]
    // a text is read whatever is wrong, and its lines are no commands
    [InlineData("C: DATA\nC: QUIT\nC: hello\nC: .\nS: ERR Say HELO first.\nC: HELO\nS: OK")]
    [InlineData("C: HELO\nS: OK\nC: DATA\nC: QUIT\nC: .\nS: ERR Say MAIL first.\nC: QUIT\nS: BYE")]
    [InlineData(ToSender + "C: DATA\nC: QUIT\nC: .\nS: ERR There is no recipient, say RCPT first.\nC: RCPT user2\nS: OK\nC: DATA more\nC: QUIT\nC: .\nS: ERR DATA takes no argument.\nC: RCPT user1\nS: OK")]
    [InlineData(ToSender + "C: RCPT nobody\nS: ERR There is no such user.\nC: DATA\nC: hello\nC: .\nS: ERR There is no recipient, say RCPT first.")]
    [InlineData(ToMailbox + "C: DATA\nC: .\nS: ERR Say MAIL first.\nC: LIST\nS: 0")]
    [InlineData("C: HELO\nC: MAIL\nS: OK\nS: OK\nC: DATA\nC: ..\nC: .\nS: ERR Say SNDR first.")]
    [InlineData(ToRecipient + "c: DATA\\tx\\r\\n\nS: ERR Commands are made of printable characters.")]
    // logins
    [InlineData(ToFetch + "C: LGIN user1 wrong\nS: ERR Wrong name or password.\nC: LGIN nobody password\nS: ERR Wrong name or password.\nC: LGIN user1 password\nS: OK")]
    [InlineData(ToFetch + "C: LGIN user1\nS: ERR LGIN takes a name and a password.\nC: LGIN\nS: ERR LGIN takes a name and a password.\nC: LGIN user1 \nS: ERR LGIN takes a name and a password.")]
    [InlineData("C: HELO\nC: MAIL\nS: OK\nS: OK\nC: SNDR\nS: ERR SNDR takes a name and a password.\nC: SNDR user1 PASSWORD\nS: ERR Wrong name or password.\nC: RCPT user2\nS: ERR Say SNDR first.")]
    [InlineData(ToFetch + "C: LGIN user1  password\nS: ERR Wrong name or password.\nC: LGIN user1 password \nS: ERR Wrong name or password.\nC: LGIN\nC: LGIN user1 x\nS: ERR LGIN takes*\nS: ERR Wrong name or password.\nS: [closed]")]
    [InlineData(ToFetch + "c: LGIN user1 pass\\0word\\r\\n\nS: ERR A password is UTF-8 without NUL.\nc: LGIN user1 pass\\xFFword\\r\\n\nS: ERR A password is UTF-8 without NUL.\nc: LGIN us\\x07er1 password\\r\\n\nS: ERR A name is UTF-8 without control characters.")]
    [InlineData(ToFetch + "c: LGIN us\\xFFer1 password\\n\nS: ERR A name is UTF-8 without control characters.\nc: LGIN user1 password\\n\nS: OK")]
    // recipients
    [InlineData(ToSender + "C: RCPT\nS: ERR RCPT takes one name or address.\nC: RCPT user2 user3\nS: ERR RCPT takes one name or address.\nC: RCPT <>\nS: ERR RCPT takes one name or address.\nC: RCPT <user2\nS: ERR RCPT takes one name or address.")]
    [InlineData(ToSender + "C: RCPT user2@\nS: ERR RCPT takes one*\nC: RCPT @example.org\nS: ERR RCPT takes one*\nC: RCPT user2.\nS: ERR RCPT takes one*\nc: RCPT us\\0er2\\r\\n\nS: ERR Commands are made of printable characters.")]
    [InlineData(ToSender + "C: RCPT someone@else.example\nS: ERR Mail for that address is not carried from here.\nC: RCPT <user2@example.org>extra\nS: ERR RCPT takes one*\nC: RCPT   user2  \nS: OK")]
    // malformed commands
    [InlineData("C:\nS: ERR Unknown command.\nC: HELO\nS: OK\nC: \nS: ERR Unknown command.\nC: NOOP\nS: ERR Unknown command.\nC: HELOO\nS: ERR Unknown command.")]
    [InlineData("C: HELO\nS: OK\nC: MAIL user1\nS: ERR MAIL takes no argument.\nC: FTCH x\nS: ERR FTCH takes no argument.\nC: QUIT now\nS: ERR QUIT takes no argument.\nC: QUIT  \nS: BYE\nS: [closed]")]
    [InlineData("C: HELO two words\nS: ERR HELO takes at most one word of ASCII.\nC: MAIL\nS: ERR Say HELO first.\nc: HELO caf\\xC3\\xA9\\n\nS: ERR HELO takes at most one word of ASCII.")]
    [InlineData("c: HE\\0LO\\r\\n\nS: ERR Commands are made of printable characters.\nc: \\0\\0\\0\\n\nS: ERR Commands are made of printable characters.\nc: HELO\\rMAIL\\n\nS: ERR Commands are made of printable characters.\nc: HELO\\r\\r\\n\nS: ERR Commands are made of printable characters.")]
    [InlineData("C: GET / HTTP/1.1\nS: ERR This is a Progin server.\nS: [closed]")]
    [InlineData("c: \\x16\\x03\\x01\\x02\\n\nS: ERR Commands are made of printable characters.\nC: EHLO x\nS: ERR Unknown command.\nC: USER x\nS: ERR Unknown command.")]
    // texts that are refused: the message is over
    [InlineData(ToRecipient + "C: DATA\nc: a\\0b\\r\\n\nC: .\nS: ERR The text holds a NUL.\nC: RCPT user2\nS: ERR Say MAIL first.\nC: MAIL\nS: OK")]
    [InlineData(ToRecipient + "C: DATA\nc: a\\rb\\r\\n\nC: .\nS: ERR The text holds a CR that ends no line.\nC: DATA\nC: .\nS: ERR Say MAIL first.")]
    [InlineData(ToRecipient + "C: DATA\nc: .\\r.\\r\\n.\\r\\r\\n\nC: .\nS: ERR The text holds a CR that ends no line.")]
    [InlineData(ToRecipient + "C: DATA\nc: \\xC3\\x28\\r\\n\nC: .\nS: ERR The text is not UTF-8.")]
    [InlineData(ToRecipient + "C: DATA\nc: subject: \\xE9\\r\\n\nC: x\nC: .\nS: ERR The text is not UTF-8.")]
    public Task IsRefusedWithAReasonAndNothingIsDelivered(string dialogue) => PlayAsync(dialogue);

    [Theory]
    [InlineData("C: HELO\nC: MAIL\nC: SNDR user1 password\nC: RCPT user2\nC: DATA\nC: subject: cut\nC: half a li")]
    [InlineData("C: HELO\nC: MAIL\nC: SNDR user1 password\nC: RCPT user2\nC: DATA\nc: hello\\r\\n.")]
    [InlineData("C: HELO\nC: MAIL\nC: SNDR user1 password\nC: RCPT user2\nC: DATA\nc: hello\\r\\n.\\r")]
    public async Task ATextThatIsCutDeliversNothing(string said)
    {
        var octets = string.Concat(said.Split('\n').Select(line => line[0] == 'C' ? line[3..] + "\r\n" : line[3..].Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)));
        if (said.EndsWith("li", StringComparison.Ordinal)) octets = octets[..^2];
        for (var end = octets.Length; end > octets.IndexOf("DATA", StringComparison.Ordinal); end--)
        {
            _campus = new Campus();
            await using var client = _campus.Connect();
            await client.SendAsync(octets[..end]);
            await client.HangUpAsync();
            await client.EndAsync();
            Assert.Empty(_campus.Messages.All(2));
            Assert.Equal(0, _campus.Open);
        }
    }

    [Theory]
    [InlineData(LoginVerdict.Refused, "Wrong name or password.")]
    [InlineData(LoginVerdict.Throttled, "Too many logins have failed, try again later.")]
    [InlineData(LoginVerdict.Unavailable, "Logins cannot be checked now, try again later.")]
    public Task TheThirdFailedLoginIsTheLast(LoginVerdict verdict, string reason) => PlayAsync(
        ToFetch + $"C: LGIN user1 password\nS: ERR {reason}\nC: LGIN user1 password\nS: ERR {reason}\nC: MAIL\nS: OK\nC: SNDR user1 password\nS: ERR {reason}\nS: [closed]", campus => campus.LoginSays = verdict);

    [Fact]
    public Task AStoreThatCannotSayWhoSomebodyIsLetsNobodyIn() => PlayAsync(
        ToFetch + "C: LGIN user1 password\nS: ERR Logins cannot be checked now, try again later.", campus => campus.OnLogin = StoreFailure.Busy);

    [Theory]
    [InlineData(RecipientStanding.NoSuchUser, "There is no such user.")]
    [InlineData(RecipientStanding.Moved, "The user has another address now, new@else.example.")]
    [InlineData(RecipientStanding.Disabled, "The user takes no mail.")]
    [InlineData(RecipientStanding.NotCarried, "Mail for that address is not carried from here.")]
    [InlineData(RecipientStanding.Foreign, "Mail for that address is not carried from here.")]
    [InlineData(RecipientStanding.OverQuota, "The mailbox is full.")]
    [InlineData(RecipientStanding.LargerThanQuota, "The mailbox is full.")]
    [InlineData(RecipientStanding.MayNotPost, "You may not send to that group.")]
    [InlineData(RecipientStanding.Loop, "That address leads round in a circle.")]
    [InlineData(RecipientStanding.Unavailable, "The user cannot be looked up now, try again later.")]
    public Task ARecipientIsRefusedAndTheOthersGetTheMessage(RecipientStanding standing, string reason) => PlayAsync(
        ToSender + $"C: RCPT user3\nS: OK\nC: RCPT strange\nS: ERR {reason}\nC: DATA\nC: hi\nC: .\nS: OK", campus => campus.Standings["strange"] = standing, delivered: 3);

    [Theory]
    [InlineData(IntakeVerdict.TooBig, "The text is too big.")]
    [InlineData(IntakeVerdict.NoSpace, "There is no room on the server now, try again later.")]
    [InlineData(IntakeVerdict.Loop, "The message goes round in a loop.")]
    [InlineData(IntakeVerdict.RecipientGone, "A recipient is gone, begin the message anew.")]
    [InlineData(IntakeVerdict.OverQuota, "The mailbox is full.")]
    [InlineData(IntakeVerdict.ForeignAuthor, "You may not send under that address.")]
    [InlineData(IntakeVerdict.NoAuthor, "You may not send under that address.")]
    [InlineData(IntakeVerdict.StoreFailed, "The message cannot be stored now, try again later.")]
    public Task WhatTheIntakeDoesNotTakeIsRefused(IntakeVerdict verdict, string reason) => PlayAsync(
        ToRecipient + $"C: DATA\nC: hi\nC: .\nS: ERR {reason}\nC: RCPT user2\nS: ERR Say MAIL first.", campus => campus.IntakeSays = verdict);

    [Theory]
    [InlineData(StoreFailure.Busy, false, "The mailbox cannot be read now, try again later.")]
    [InlineData(StoreFailure.Corrupt, false, "The mailbox cannot be read now, try again later.")]
    [InlineData(StoreFailure.Busy, true, "There is no such mailbox any more.")]
    public Task AMailboxThatCannotBeReadIsRefused(StoreFailure failure, bool isGone, string reason) => PlayAsync(ToMailbox + $"C: LIST\nS: ERR {reason}\nC: HELO\nS: OK", campus =>
    {
        if (isGone) campus.Messages.RemoveMailbox(1);
        else campus.Messages.OnSnapshot = failure;
    });

    [Fact]
    public Task TooManyBadCommandsEndTheSession() => PlayAsync(
        "C: HELO\nS: OK\nC: X\nS: ERR Unknown command.\nC: LIST\nS: ERR Say FTCH first.\nC: MAIL 1\nS: ERR Too many errors, closing the connection.\nS: [closed]",
        campus => campus.Options = new ProginServiceOptions { MaxErrors = 3 });

    [Fact]
    public Task TooManyRecipientsAreRefusedAndAtLastTheSession() => PlayAsync(
        ToSender + "C: RCPT user2\nS: OK\nC: RCPT user3\nS: ERR Too many recipients.\n" + string.Concat(Enumerable.Repeat("C: RCPT x\nS: ERR Too many recipients.\n", 8))
            + "C: RCPT x\nS: ERR Too many recipients were tried, closing the connection.\nS: [closed]",
        campus => campus.Options = new ProginServiceOptions { MaxRecipients = 1 });

    [Fact]
    public Task ATextOverTheLimitIsRefused() => PlayAsync(
        ToRecipient + "C: DATA\nC: 123456789\nC: .\nS: ERR The text is too big.\nC: MAIL\nC: SNDR user1 password\nC: RCPT user3\nC: DATA\nC: 12345678\nC: .\nS: OK\nS: OK\nS: OK\nS: OK",
        campus => campus.Options = new ProginServiceOptions { MaxMessageBytes = 10 }, delivered: 3);

    [Fact]
    public Task ASubjectOverTheLimitIsRefused() => PlayAsync(ToRecipient + $"C: DATA\nC: subject: {new string('x', 900)}\nC: .\nS: ERR The subject is too long.\n");

    [Theory]
    [InlineData(TlsRequirement.Always, "127.0.0.1", false)]
    [InlineData(TlsRequirement.ExceptLoopback, "127.0.0.1", true)]
    [InlineData(TlsRequirement.ExceptLoopback, "192.0.2.1", false)]
    [InlineData(TlsRequirement.Never, "192.0.2.1", true)]
    public async Task PasswordsAreTakenWhereNobodyCanListen(TlsRequirement requirement, string from, bool taken)
    {
        _campus.Options = new ProginServiceOptions { RequireTls = requirement };
        await using var client = _campus.Connect(System.Net.IPAddress.Parse(from));
        await client.SendAsync("HELO\r\nMAIL\r\nSNDR user1 password\r\nFTCH\r\nLGIN user1 password\r\nQUIT\r\n");
        var login = taken ? "OK" : "ERR A secure connection is needed before a password is taken.";
        foreach (var reply in new[] { "OK", "OK", login, "OK", login, "BYE", null }) Assert.Equal(reply, await client.NextAsync());
        Assert.Equal(taken ? 2 : 0, _campus.PasswordChecks);
    }

    [Fact]
    public void EveryRejectionHasAsciiWords()
    {
        foreach (var rejection in Enum.GetValues<ProginRejection>())
        {
            var line = ProginReply.Reject(rejection).With("").Line;
            Assert.Matches("^ERR [ -~]+\\.$", line);
        }
    }

    private Task PlayAsync(string dialogue, Action<Campus>? prepare = null, long delivered = 0)
    {
        return new Transcript(dialogue).PlayEveryWayAsync(Renew, () =>
        {
            for (var mailbox = 1; mailbox <= 3; mailbox++)
            {
                if (_campus.Messages.Has(mailbox)) Assert.Equal(mailbox == delivered ? 1 : 0, _campus.Messages.All(mailbox).Length);
            }

            Assert.Equal(0, _campus.Open);
            Assert.DoesNotContain(_campus.Log.Lines, line => line.Contains("password", StringComparison.Ordinal) && !line.Contains("wrong name", StringComparison.Ordinal));
            return Task.CompletedTask;
        });

        ProginService Renew()
        {
            _campus = new Campus();
            prepare?.Invoke(_campus);
            return _campus.Service();
        }
    }
}
