using Merpati.Delivery.Terminals;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Mail.Terminals;

namespace Merpati.Delivery.Tests;

public sealed class TerminalTests
{
    private static async Task<ITerminal> AttachAsync(StoreFixture fixture, string account, Action? arrived = null) =>
        fixture.Terminals.Attach(await fixture.AccountIdAsync(account), arrived ?? (() => { })) ?? throw new InvalidOperationException("no more sessions");

    private static int Taken(ITerminal terminal)
    {
        var taken = 0;
        while (terminal.TryTake(out _)) taken++;
        return taken;
    }

    [Fact]
    public async Task SendGoesToTheTerminalsAlone()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var arrivals = 0;
        using var first = await AttachAsync(fixture, "alice@example.org", () => arrivals++);
        using var second = await AttachAsync(fixture, "alice@example.org", () => arrivals++);
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "alice@example.org") { Way = DeliveryWay.Terminal }.SendAsync());
        Assert.Equal(2, arrivals);
        Assert.True(first.TryTake(out var message));
        Assert.Equal("<sender@example.com>", message!.ReversePath.ToString());
        var text = System.Text.Encoding.ASCII.GetString(message.Text.Span);
        Assert.StartsWith("Received: from client.example.com", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nSubject: x\r\n\r\nHello\r\n", text, StringComparison.Ordinal);
        Assert.False(first.TryTake(out _));
        Assert.Equal(1, Taken(second));
        Assert.Empty(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task SendIsRefusedWhereNobodySits()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.AliasAsync("al@example.org", "alice@example.org");
        await fixture.AliasAsync("both@example.org", "alice@example.org", "bob@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        await fixture.SetAsync("carol@example.org", acceptsTerminal: false);
        Task<RecipientStanding> Ask(string recipient) => new Sending(fixture, recipient) { Way = DeliveryWay.Terminal }.StandingAsync();
        Assert.Equal(RecipientStanding.NotAttached, await Ask("alice@example.org"));
        using (await AttachAsync(fixture, "alice@example.org"))
        using (await AttachAsync(fixture, "carol@example.org"))
        {
            Assert.Equal(RecipientStanding.Local, await Ask("alice@example.org"));
            Assert.Equal(RecipientStanding.Local, await Ask("al@example.org"));
            Assert.Equal(RecipientStanding.NoTerminal, await Ask("both@example.org"));
            Assert.Equal(RecipientStanding.NoTerminal, await Ask("staff@example.org"));
            Assert.Equal(RecipientStanding.NoTerminal, await Ask("carol@example.org"));
            Assert.Equal(RecipientStanding.NoSuchUser, await Ask("nobody@example.org"));
        }

        Assert.Equal(RecipientStanding.NotAttached, await Ask("alice@example.org"));
    }

    [Fact]
    public async Task SendFailsWhenTheUserLeftBeforeTheEnd()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        using var bob = await AttachAsync(fixture, "bob@example.org");
        var alice = await AttachAsync(fixture, "alice@example.org");
        var envelope = await new Sending(fixture, "bob@example.org", "alice@example.org") { Way = DeliveryWay.Terminal }.EnvelopeAsync();
        await using var incoming = fixture.Intake().Begin(envelope);
        alice.Dispose();
        Assert.Equal(IntakeVerdict.NotAttached, await incoming.CommitAsync(CancellationToken.None));
        Assert.Equal(0, Taken(bob)); // all or none: the client tries again with both
    }

    [Fact]
    public async Task SendTakesNoMoreThanATerminalCan()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        using var terminal = await AttachAsync(fixture, "alice@example.org");
        var sending = new Sending(fixture, "alice@example.org") { Way = DeliveryWay.Terminal };
        Assert.Equal(IntakeVerdict.TooBig, await sending.SendAsync(new byte[TerminalHub.MaxMessageOctets], 4096));
        for (var i = 0; i < TerminalHub.MaxWaiting; i++) Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync());
        Assert.Equal(IntakeVerdict.NotAttached, await sending.SendAsync());
        Assert.Equal(TerminalHub.MaxWaiting, Taken(terminal));
        for (var i = 0; i < TerminalHub.MaxWaitingOctets / 60_000; i++) Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync(new byte[59_000], 4096));
        Assert.Equal(IntakeVerdict.NotAttached, await sending.SendAsync(new byte[60_000], 4096));
    }

    [Fact]
    public async Task SomlGoesToTheTerminalElseToTheMailboxEachByItself()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org", "dave@example.org");
        await fixture.SetAsync("carol@example.org", acceptsTerminal: false);
        await fixture.GroupAsync("staff@example.org", "dave@example.org", "alice@example.org");
        using var alice = await AttachAsync(fixture, "alice@example.org");
        using var carol = await AttachAsync(fixture, "carol@example.org");
        using var dave = await AttachAsync(fixture, "dave@example.org");
        string[] recipients = ["alice@example.org", "bob@example.org", "carol@example.org", "staff@example.org"];
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, recipients) { Way = DeliveryWay.TerminalOrMailbox }.SendAsync());
        Assert.Equal((1, 0, 0), (Taken(alice), Taken(carol), Taken(dave)));
        Assert.Empty(await fixture.ReadAsync("alice@example.org"));
        foreach (var account in new[] { "bob", "carol", "dave" }) Assert.Single(await fixture.ReadAsync($"{account}@example.org"));
    }

    [Fact]
    public async Task SomlFallsBackToTheMailboxWhenTheTerminalCannotTakeIt()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        using var terminal = await AttachAsync(fixture, "alice@example.org");
        var sending = new Sending(fixture, "alice@example.org") { Way = DeliveryWay.TerminalOrMailbox };
        Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync(new byte[TerminalHub.MaxMessageOctets], 4096));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        for (var i = 0; i <= TerminalHub.MaxWaiting; i++) Assert.Equal(IntakeVerdict.Accepted, await sending.SendAsync());
        Assert.Equal(TerminalHub.MaxWaiting, Taken(terminal));
        Assert.Equal(2, (await fixture.ReadAsync("alice@example.org")).Count);
    }

    [Fact]
    public async Task SomlFindsTheMailboxOfWhoLeavesWhileTheOthersAreServed()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        var alice = await AttachAsync(fixture, "alice@example.org");
        var sending = new Sending(fixture, "alice@example.org", "bob@example.org") { Way = DeliveryWay.TerminalOrMailbox };
        var envelope = await sending.EnvelopeAsync();
        await using var incoming = fixture.Intake(messages: HookedMessages.Over(fixture.Store.Messages, after: alice.Dispose)).Begin(envelope);
        await fixture.SetAsync("alice@example.org", quota: 10); // too late to refuse: bob has it already
        Assert.Equal(IntakeVerdict.Accepted, await incoming.CommitAsync(CancellationToken.None));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
    }

    [Fact]
    public async Task SamlGoesToBoth()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        var durableFirst = false;
        using var terminal = await AttachAsync(fixture, "alice@example.org", () => durableFirst = fixture.ReadAsync("alice@example.org").GetAwaiter().GetResult().Count == 1);
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "alice@example.org", "bob@example.org") { Way = DeliveryWay.TerminalAndMailbox }.SendAsync());
        Assert.Equal(1, Taken(terminal));
        Assert.True(durableFirst);
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
    }

    [Fact]
    public async Task SamlWithoutAMailboxReachesNoTerminal()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        using var terminal = await AttachAsync(fixture, "alice@example.org");
        var envelope = await new Sending(fixture, "alice@example.org") { Way = DeliveryWay.TerminalAndMailbox }.EnvelopeAsync();
        await using var incoming = fixture.Intake().Begin(envelope);
        await fixture.RemoveAsync("alice@example.org");
        Assert.Equal(IntakeVerdict.RecipientGone, await incoming.CommitAsync(CancellationToken.None));
        Assert.Equal(0, Taken(terminal));
    }

    [Fact]
    public void AUserHasSoManySessionsAndNoMore()
    {
        var hub = new TerminalHub();
        var sessions = Enumerable.Range(0, TerminalHub.MaxSessions).Select(_ => hub.Attach(7, () => { })!).ToList();
        Assert.Null(hub.Attach(7, () => { }));
        Assert.NotNull(hub.Attach(8, () => { }));
        Assert.True(hub.IsAttached(7));
        sessions[0].Dispose();
        sessions[0].Dispose();
        using (var another = hub.Attach(7, () => { })) Assert.NotNull(another);
        foreach (var session in sessions) session.Dispose();
        Assert.False(hub.IsAttached(7));
    }

    [Fact]
    public async Task ComingAndGoingAmongManySendersLosesNothingThatWasHanded()
    {
        var hub = new TerminalHub();
        var message = new TerminalMessage(new QueueId(1), MailPath.Null, DateTimeOffset.UnixEpoch, new byte[10]);
        using var stays = hub.Attach(1, () => { });
        var handed = 0;
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                using (number % 2 == 0 ? hub.Attach(1, () => { }) : null)
                {
                    if (hub.TryHand([1], message)) Interlocked.Increment(ref handed);
                    if (stays!.TryTake(out _)) Interlocked.Increment(ref taken);
                }
            }
        })));
        Assert.Equal(handed, taken + Taken(stays!));
    }
}
