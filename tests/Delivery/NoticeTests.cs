using System.Text;
using Merpati.Delivery.Bounces;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;

namespace Merpati.Delivery.Tests;

public sealed class NoticeTests
{
    [Fact]
    public void TheTableOfNotify()
    {
        var sender = new MailPath(StoreFixture.Address("alice@example.org"));
        string Wanted(NotifyConditions? notify, MailPath? from = null) => string.Join(' ', Enum.GetValues<NoticeKind>()
            .Where(kind => NoticePolicy.IsWanted(kind, from ?? sender, notify is { } said ? new RecipientNotices(said, null) : null)));
        Assert.Equal("Failed Delayed", Wanted(null));
        Assert.Equal("Failed Delayed", Wanted(NotifyConditions.Unstated));
        Assert.Equal("", Wanted(NotifyConditions.Never));
        Assert.Equal("Failed", Wanted(NotifyConditions.Failure));
        Assert.Equal("Delayed", Wanted(NotifyConditions.Delay));
        Assert.Equal("Delivered Relayed", Wanted(NotifyConditions.Success));
        Assert.Equal("Failed Delayed Delivered Relayed", Wanted(NotifyConditions.Success | NotifyConditions.Failure | NotifyConditions.Delay));
        Assert.Equal("", Wanted(NotifyConditions.Success | NotifyConditions.Failure | NotifyConditions.Delay, MailPath.Null));
    }

    [Fact]
    public async Task AFailureIsToldToTheSenderOfOursInHisMailbox()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Answer = (_, _, recipient) => $"550-5.1.1 no {recipient.Address.Local.Value}\n550 5.1.1 \u0001evil";
        var notices = new RecipientNotices(NotifyConditions.Failure, new OriginalRecipient("rfc822", "first@a.example"));
        var sending = queue.Sending("x@a.example", "y@a.example") with { From = "alice@example.org", EnvelopeId = "QQ314159", Notices = notices, Return = ReturnContent.Full };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync("Subject: hello\r\n\r\nThe text.\r\n"));
        await queue.SettleAsync();
        var notice = Assert.Single(await queue.Store.ReadTextAsync("alice@example.org"));
        Assert.StartsWith("Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\nTo: <alice@example.org>\r\n", notice, StringComparison.Ordinal);
        Assert.Contains("\r\nAuto-Submitted: auto-replied\r\n", notice, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"", notice, StringComparison.Ordinal);
        Assert.Contains("Reporting-MTA: dns; mx.example.org\r\nOriginal-Envelope-Id: QQ314159\r\nArrival-Date: Sun, 22 Nov 2026 05:06:24 +0000\r\n\r\n", notice, StringComparison.Ordinal);
        Assert.Contains(
            "\r\n\r\nOriginal-Recipient: rfc822; first@a.example\r\nFinal-Recipient: rfc822; y@a.example\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.a.example\r\n" +
            "Diagnostic-Code: smtp; 550-5.1.1 no y\r\n\t550 5.1.1 ?evil\r\nLast-Attempt-Date: ", notice, StringComparison.Ordinal);
        Assert.Contains("There is no such user.", notice, StringComparison.Ordinal);
        var returned = notice[notice.IndexOf("Content-Type: message/rfc822\r\n", StringComparison.Ordinal)..];
        Assert.Contains("\r\n\r\nReceived: from ", returned, StringComparison.Ordinal);
        Assert.Contains("Subject: hello\r\n\r\nThe text.\r\n\r\n--report-", returned, StringComparison.Ordinal);
        Assert.Equal(1, Parts(notice, "Content-Type: message/delivery-status"));
    }

    [Theory]
    [InlineData(ReturnContent.Headers, 10, false)]
    [InlineData(ReturnContent.Unstated, 10, false)]
    [InlineData(ReturnContent.Full, 10, true)]
    [InlineData(ReturnContent.Full, 100_000, false)]
    public async Task HowMuchComesBackIsAsked(ReturnContent wanted, int octets, bool isWhole)
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Answer = (_, _, _) => "550 5.1.1 nobody";
        var text = new StringBuilder("Subject: h\u00e9llo\r\n\r\nSecret text.\r\n");
        while (text.Length < octets) text.Append("0123456789012345678901234567890123456789\r\n");
        var sending = queue.Sending("x@a.example") with { From = "alice@example.org", Return = wanted };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync(text.ToString()));
        await queue.SettleAsync();
        var notice = Assert.Single(await queue.Store.ReadTextAsync("alice@example.org"));
        Assert.Equal(isWhole ? 1 : 0, Parts(notice, "Content-Type: message/rfc822"));
        Assert.Equal(isWhole ? 0 : 1, Parts(notice, "Content-Type: text/rfc822-headers"));
        Assert.Equal(isWhole, notice.Contains("Secret text.", StringComparison.Ordinal));
        Assert.Contains(isWhole ? "Subject: h\u00e9llo" : "Subject: h?llo", notice, StringComparison.Ordinal);
        Assert.True(notice.Length < 64 * 1024);
    }

    [Fact]
    public async Task ANoticeToAnotherHostGoesByTheQueueWithANullReversePath()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Answer = (host, _, _) => host == "mx.a.example" ? "550 5.1.1 nobody" : "250 2.0.0 ok";
        await queue.SendAsync("x@a.example", "y@a.example");
        await queue.SettleAsync();
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Hosts.Taken.Count == 1));
        var taken = Assert.Single(queue.Hosts.Taken);
        Assert.Equal(("mx.example.com", "<>", "sender@example.com"), (taken.Host, taken.ReversePath, Assert.Single(taken.Recipients)));
        Assert.StartsWith("From: Mail Delivery System", taken.Text, StringComparison.Ordinal);
        Assert.Equal(2, Parts(taken.Text, "Action: failed"));
    }

    [Theory]
    [InlineData(true, NotifyConditions.Success, 0)]
    [InlineData(false, NotifyConditions.Success, 1)]
    [InlineData(false, NotifyConditions.Failure, 0)]
    [InlineData(false, NotifyConditions.Unstated, 0)]
    public async Task SuccessIsToldWhereTheNextHostWillNot(bool knowsNotices, NotifyConditions notify, int notices)
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.KnowsNotices = knowsNotices;
        var sending = queue.Sending("x@a.example") with { From = "alice@example.org", Notices = new RecipientNotices(notify, null) };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync());
        await queue.SettleAsync();
        var told = await queue.Store.ReadTextAsync("alice@example.org");
        Assert.Equal(notices, told.Count);
        Assert.All(told, notice => Assert.Contains("Action: relayed\r\nStatus: 2.0.0\r\n", notice, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SuccessInAMailboxOfOursIsToldWhenItIsAsked()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org", "bob@example.org");
        var sending = queue.Sending("bob@example.org") with { From = "alice@example.org", Notices = new RecipientNotices(NotifyConditions.Success, null), EnvelopeId = "E7" };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync());
        Assert.Equal(IntakeVerdict.Accepted, await (sending with { From = "" }).SendAsync());
        Assert.Equal(IntakeVerdict.Accepted, await (sending with { Notices = null }).SendAsync());
        Assert.Equal(3, (await queue.Store.ReadAsync("bob@example.org")).Count);
        var notice = Assert.Single(await queue.Store.ReadTextAsync("alice@example.org"));
        Assert.Contains("Original-Envelope-Id: E7\r\n", notice, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822; bob@example.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n", notice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASenderWhoIsNobodyAnyMoreIsToldNothing()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org", "bob@example.org");
        queue.Hosts.Answer = (_, _, _) => "550 5.1.1 nobody";
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("x@a.example") with { From = "bob@example.org" }).SendAsync());
        await queue.Store.RemoveAsync("bob@example.org");
        await queue.SettleAsync();
        Assert.Empty(await queue.ListAsync());
        Assert.Contains(queue.Store.Log.Lines, line => line.Contains("the sender bob@example.org is nobody any more", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "message/global-delivery-status", "utf-8; j\u00f8@example.net")]
    [InlineData(false, "message/delivery-status", @"utf-8; j\x{F8}@example.net")]
    public void AddressesBeyondAsciiStandAsTheSenderCanReadThem(bool isInternationalized, string type, string recipient)
    {
        Assert.True(EmailAddress.TryParse("j\u00f8@example.net"u8, allowUtf8: true, out var address));
        var about = new Merpati.Storage.Queue.NewSending(default, new MailPath(StoreFixture.Address("alice@example.org")), []) { IsInternationalized = isInternationalized };
        var report = new Merpati.Storage.Queue.AttemptReport(DateTimeOffset.UnixEpoch, "mx", "", "", "550 5.1.1 no", "5.1.1");
        var notice = new StatusNotice(NoticeKind.Failed, about, DateTimeOffset.UnixEpoch, [new NoticeRecipient(address, null, report)]);
        var octets = new NoticeComposer("mx.example.org").Compose(notice, about.ReversePath, ReturnedText.Nothing, DateTimeOffset.UnixEpoch);
        var text = Encoding.UTF8.GetString(octets);
        Assert.Contains($"Content-Type: {type}\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"Final-Recipient: {recipient}\r\n", text, StringComparison.Ordinal);
        Assert.Equal(isInternationalized, !Ascii.IsValid(octets));
    }

    [Fact]
    public void NoReplyOfAPeerBreaksTheReport()
    {
        var about = new Merpati.Storage.Queue.NewSending(default, new MailPath(StoreFixture.Address("alice@example.org")), []);
        var reply = "550 5.1.1 " + new string('x', 3000) + "\r\nAction: delivered\n--report\u00e9";
        var report = new Merpati.Storage.Queue.AttemptReport(DateTimeOffset.UnixEpoch, "mx\r\nEvil: x", "", "", reply, "5.1.1\r\nEvil: y");
        var recipient = new NoticeRecipient(StoreFixture.Address("x@a.example"), null, report);
        var octets = new NoticeComposer("mx.example.org").Compose(
            new StatusNotice(NoticeKind.Failed, about, DateTimeOffset.UnixEpoch, [recipient]), about.ReversePath, ReturnedText.Nothing, DateTimeOffset.UnixEpoch);
        Assert.True(Ascii.IsValid(octets));
        var lines = Encoding.ASCII.GetString(octets).Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length < 600 && !line.Contains('\r', StringComparison.Ordinal) && !line.Contains('\n', StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.StartsWith("Action: delivered", StringComparison.Ordinal) || line.StartsWith("Evil", StringComparison.Ordinal) || line == "--report?");
    }

    private static int Parts(string text, string line) => text.Split($"{line}\r\n").Length - 1;
}
