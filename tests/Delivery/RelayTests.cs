using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Tests;

public sealed class RelayTests
{
    [Fact]
    public async Task OnlyWhoIsKnownMaySendToOtherHosts()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        var sending = queue.Sending("x@elsewhere.example");
        Assert.Equal(RecipientStanding.Local, await sending.StandingAsync());
        Assert.Equal(RecipientStanding.Foreign, await (sending with { IsTrusted = false }).StandingAsync());
        Assert.Equal(RecipientStanding.Local, await (sending with { IsTrusted = false, Submitter = "alice@example.org" }).StandingAsync());
        Assert.Equal(RecipientStanding.NoTerminal, await (sending with { Way = DeliveryWay.Terminal }).StandingAsync());

        // L05: what a stranger says of himself grants nothing.
        Assert.Equal(RecipientStanding.Foreign, await (sending with { IsTrusted = false, From = "alice@example.org" }).StandingAsync());
        Assert.Equal(RecipientStanding.Foreign, await (sending with { IsTrusted = false, From = "" }).StandingAsync());
    }

    [Fact]
    public async Task WhatLeadsToAnotherHostIsTakenFromAnybody()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.Store.AliasAsync("both@example.org", "alice@example.org", "x@elsewhere.example");
        await queue.Store.ForwardAsync("old@example.org", "y@elsewhere.example", ForwardMode.Forward);
        await queue.Store.GroupAsync("staff@example.org", "z@elsewhere.example", "alice@example.org", "both@example.org");
        var stranger = queue.Sending("both@example.org", "old@example.org", "staff@example.org") with { IsTrusted = false };
        Assert.Equal([RecipientStanding.Local, RecipientStanding.Forwarded, RecipientStanding.Local], (await stranger.AskAsync()).Select(answer => answer.Standing));
        Assert.Equal(IntakeVerdict.Accepted, await stranger.SendAsync());
        Assert.Single(await queue.Store.ReadAsync("alice@example.org"));
        Assert.Equal(["x@elsewhere.example", "y@elsewhere.example", "z@elsewhere.example"], (await queue.ListAsync()).Select(entry => entry.Recipient.ToString()).Order());
    }

    [Fact]
    public async Task AGroupAbroadAloneIsOneBodyAndManyRows()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.Store.GroupAsync("list@example.org", [.. Enumerable.Range(0, 10_000).Select(number => $"m{number}@d{number % 7}.example")]);
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("list@example.org") with { IsTrusted = false }).SendAsync());
        var entries = await queue.ListAsync();
        Assert.Equal(10_000, entries.Count);
        Assert.Single(entries.Select(entry => entry.Id).Distinct());
        Assert.Equal(7, entries.Select(entry => entry.Destination).Distinct().Count());
        await queue.SettleAsync();
        Assert.Empty(await queue.ListAsync());
        Assert.Equal(10_000, queue.Hosts.Taken.Sum(taken => taken.Recipients.Length));
        Assert.True(queue.Hosts.Taken.Count <= 7 * 15, "many recipients go in one transaction");
        Assert.All(queue.Hosts.Taken, taken => Assert.StartsWith("List-Id: <list.example.org>\r\nList-Post: <mailto:list@example.org>\r\nReceived: ", taken.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EachTraceIsASendingOfItsOwnAndAnAddressGetsItOnce()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.Store.AliasAsync("one@example.org", "x@elsewhere.example", "y@elsewhere.example");
        await queue.Store.AliasAsync("two@example.org", "y@elsewhere.example", "z@elsewhere.example");
        await queue.SendAsync("x@elsewhere.example", "one@example.org", "two@example.org");
        await queue.SettleAsync();
        Assert.Equal(["x", "y", "z"], queue.Hosts.Taken.SelectMany(taken => taken.Recipients).Select(address => address[..1]).Order());
        string Head(string recipient) => Assert.Single(queue.Hosts.Taken, taken => taken.Recipients.Contains($"{recipient}@elsewhere.example")).Text.Split("\r\n")[0];
        Assert.StartsWith("Received: ", Head("x"), StringComparison.Ordinal);
        Assert.Equal("Delivered-To: one@example.org", Head("y"));
        Assert.Equal("Delivered-To: two@example.org", Head("z"));
    }

    [Fact]
    public async Task WhatComesBackToTheAddressThatRedirectedItIsRefused()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.Store.ForwardAsync("old@example.org", "x@elsewhere.example", ForwardMode.Silent);
        Assert.Equal(IntakeVerdict.Loop, await queue.Sending("old@example.org").SendAsync("Delivered-To: OLD@example.org\r\n\r\nx\r\n"));
        Assert.Equal(IntakeVerdict.Accepted, await queue.Sending("old@example.org").SendAsync("Delivered-To: other@example.org\r\n\r\nx\r\n"));
        Assert.Equal(IntakeVerdict.Accepted, await queue.Sending("alice@example.org").SendAsync("Delivered-To: alice@example.org\r\n\r\nx\r\n"));
    }

    [Fact]
    public async Task ARedirectedMessageGoesOutUnderOurDomainAndNoticesFindBack()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        Assert.True(Domain.TryParse("srs.example.org", out var domain));
        queue.Srs = new SrsRewriter(domain, new byte[32], queue.Time);
        await queue.Store.ForwardAsync("old@example.org", "x@elsewhere.example", ForwardMode.Silent);
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("old@example.org") with { IsTrusted = false, From = "bob@example.com" }).SendAsync());
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("old@example.org") with { From = "alice@example.org" }).SendAsync());
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("old@example.org") with { From = "" }).SendAsync());
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("x@elsewhere.example") with { From = "bob@example.com" }).SendAsync());
        var paths = (await queue.ListAsync()).Select(entry => entry.ReversePath.ToString()).ToList();
        Assert.StartsWith("<SRS0=", paths[0], StringComparison.Ordinal);
        Assert.EndsWith("=example.com=bob@srs.example.org>", paths[0], StringComparison.Ordinal);
        Assert.Equal(["<alice@example.org>", "<>", "<bob@example.com>"], paths[1..]);

        // A notice about it, from a stranger, goes on to who sent it. Nothing else does, and nothing that we did not rewrite.
        var rewritten = paths[0][1..^1];
        var notice = queue.Sending(rewritten) with { IsTrusted = false, From = "" };
        Assert.Equal(IntakeVerdict.Accepted, await notice.SendAsync());
        Assert.Equal("bob@example.com", (await queue.ListAsync())[^1].Recipient.ToString());
        Assert.Equal(RecipientStanding.NoSuchUser, await (notice with { From = "mallory@example.com" }).StandingAsync());
        var forged = notice with { Recipients = [rewritten.Replace("=bob@", "=eve@", StringComparison.Ordinal)] };
        Assert.Equal(RecipientStanding.NoSuchUser, await forged.StandingAsync());
    }

    [Fact]
    public async Task WhatTheSenderWantsToBeToldIsPassedOn()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.Store.AliasAsync("one@example.org", "y@elsewhere.example");
        await queue.Store.GroupAsync("list@example.org", "z@elsewhere.example");
        var sending = queue.Sending("x@elsewhere.example", "one@example.org", "list@example.org") with
        {
            Notices = new RecipientNotices(NotifyConditions.Success | NotifyConditions.Failure, null),
            Return = ReturnContent.Full,
            EnvelopeId = "E1",
        };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync());
        var claimed = new List<Merpati.Storage.Queue.ClaimedSending>();
        var request = new Merpati.Storage.Queue.ClaimRequest("elsewhere.example", queue.Time.GetUtcNow(), queue.Time.GetUtcNow(), 10, 10);
        claimed.AddRange(await queue.Queue.ClaimAsync(request, CancellationToken.None));
        Assert.All(claimed, each => Assert.Equal((ReturnContent.Full, "E1"), (each.Sending.Return, each.Sending.EnvelopeId)));
        RecipientNotices Of(string local) => claimed.SelectMany(each => each.Recipients).Single(recipient => recipient.Address.Local.Value == local).Notices!;
        Assert.Equal(sending.Notices, Of("x"));
        Assert.Equal(new RecipientNotices(sending.Notices!.Notify, new OriginalRecipient("rfc822", "one@example.org")), Of("y"));
        Assert.Equal(new RecipientNotices(NotifyConditions.Failure, new OriginalRecipient("rfc822", "list@example.org")), Of("z"));
    }

    [Fact]
    public void ARouteIsFoundByTheRecipientThenTheSenderThenForAll()
    {
        var (domain, below, sender, rest) = (Route("domain"), Route("below"), Route("sender"), Route("rest"));
        var byRecipient = new Dictionary<string, RelayRoute> { ["a.example"] = domain, [".a.example"] = below };
        var bySender = new Dictionary<string, RelayRoute> { ["example.org"] = sender };
        var routes = new RouteTable(byRecipient, bySender, rest);
        string Find(string from, string to) => routes.Find(from.Length == 0 ? MailPath.Null : new MailPath(StoreFixture.Address(from)), StoreFixture.Address(to)).Name;
        Assert.Equal("domain", Find("x@example.org", "y@a.example"));
        Assert.Equal("below", Find("x@example.org", "y@b.c.a.example"));
        Assert.Equal("sender", Find("x@example.org", "y@ba.example"));
        Assert.Equal("rest", Find("", "y@[192.0.2.1]"));
        Assert.Equal("b.example", RouteTable.Direct.Find(MailPath.Null, StoreFixture.Address("y@b.example")).DestinationOf(StoreFixture.Address("y@b.example")));
        Assert.Equal("rest", rest.DestinationOf(StoreFixture.Address("y@b.example")));
        Assert.Equal("b.example", (rest with { Host = null }).DestinationOf(StoreFixture.Address("y@b.example")));
    }

    private static RelayRoute Route(string name) => new(name) { Host = new RelayHost($"{name}.example", 25) };
}
