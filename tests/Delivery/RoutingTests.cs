using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Tests;

public sealed class RoutingTests
{
    [Fact]
    public async Task AnAliasLeadsToAllItsTargetsThroughOtherAliases()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.AliasAsync("inner@example.org", "bob@example.org", "carol@example.org");
        await fixture.AliasAsync("info@example.org", "alice@example.org", "inner@example.org", "bob@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "INFO@example.org").SendAsync());
        foreach (var account in new[] { "alice", "bob", "carol" })
        {
            var text = Assert.Single(await fixture.ReadTextAsync($"{account}@example.org"));
            Assert.Contains("\tfor <INFO@example.org>;", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnAliasWithoutALivingTargetIsRefused()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.AliasAsync("info@example.org", "alice@example.org", "bob@example.org");
        await fixture.RemoveAsync("alice@example.org");
        Assert.Equal(RecipientStanding.Local, await fixture.StandingAsync("info@example.org"));
        await fixture.DisableAsync("bob@example.org");
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("info@example.org"));
        await fixture.AliasAsync("boss@example.org", "bob@example.org");
        Assert.Equal(RecipientStanding.Disabled, await fixture.StandingAsync("boss@example.org"));
    }

    [Theory]
    [InlineData(ForwardMode.Forward, RecipientStanding.Forwarded, "new@example.org")]
    [InlineData(ForwardMode.Tell, RecipientStanding.Moved, "new@example.org")]
    [InlineData(ForwardMode.Silent, RecipientStanding.Local, null)]
    public async Task AForwardTellsWhatItShall(ForwardMode mode, RecipientStanding standing, string? newAddress)
    {
        await using var fixture = await StoreFixture.CreateAsync("new@example.org");
        await fixture.ForwardAsync("old@example.org", "new@example.org", mode);
        var answer = Assert.Single(await new Sending(fixture, "old@example.org").AskAsync());
        Assert.Equal(standing, answer.Standing);
        Assert.Equal(newAddress, answer.NewAddress?.ToString());
        Assert.Equal(mode != ForwardMode.Tell, answer.Recipient is not null);
        if (mode == ForwardMode.Tell) return;
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "old@example.org").SendAsync());
        Assert.Single(await fixture.ReadAsync("new@example.org"));
    }

    [Fact]
    public async Task AnAliasToAUserWhoMovedTellsTheNewAddress()
    {
        await using var fixture = await StoreFixture.CreateAsync("new@example.org");
        await fixture.ForwardAsync("old@example.org", "new@example.net", ForwardMode.Tell);
        await fixture.AliasAsync("info@example.org", "old@example.org");
        var answer = Assert.Single(await new Sending(fixture, "info@example.org").AskAsync());
        Assert.Equal((RecipientStanding.Moved, "new@example.net"), (answer.Standing, answer.NewAddress?.ToString()));
    }

    [Fact]
    public async Task ADetailLeadsToTheUserWhenNothingStandsThere()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "alice+own@example.org");
        await fixture.AliasAsync("sales@example.org", "bob@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "alice+lists+more@example.org", "ALICE+own@example.org", "sales+x@example.org").SendAsync());
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        Assert.Single(await fixture.ReadAsync("alice+own@example.org"));
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("nobody+x@example.org"));
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("+x@example.org"));
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("staff+owner@example.org"));
        Assert.Equal(RecipientStanding.NoSuchUser, await new Sending(fixture, "alice+x@example.org") { Directory = fixture.Directory(separator: "") }.StandingAsync());
        Assert.Equal(RecipientStanding.Local, await new Sending(fixture, "alice--x@example.org") { Directory = fixture.Directory(separator: "--") }.StandingAsync());
    }

    [Fact]
    public async Task WhoCatchesAllGetsWhatIsForNobody()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.net");
        await fixture.CatchAllAsync("example.org", "bob@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "nobody@example.org", "alice+x@example.org").SendAsync());
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("nobody@example.net"));
        await fixture.DisableAsync("alice@example.org");
        Assert.Equal(RecipientStanding.Disabled, await fixture.StandingAsync("alice@example.org"));
        await fixture.RemoveAsync("bob@example.org");
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("nobody@example.org"));
    }

    [Fact]
    public async Task ACircleIsFoundWhenItIsUsed()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.net");
        await fixture.CatchAllAsync("example.org", "x@example.net");
        await fixture.CatchAllAsync("example.net", "y@example.org");
        Assert.Equal(RecipientStanding.Loop, await fixture.StandingAsync("nobody@example.org"));
        await fixture.AliasAsync("info@example.org", "alice@example.org", "nobody@example.org");
        Assert.Equal(RecipientStanding.Loop, await fixture.StandingAsync("info@example.org"));
    }

    [Fact]
    public async Task ALongChainOfAliasesEndsSomewhere()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        for (var i = 40; i > 0; i--) await fixture.AliasAsync($"a{i}@example.org", i == 40 ? "alice@example.org" : $"a{i + 1}@example.org");
        Assert.Equal(RecipientStanding.Loop, await fixture.StandingAsync("a1@example.org"));
        Assert.Equal(RecipientStanding.Local, await fixture.StandingAsync("a20@example.org"));
    }

    // All or nothing: nothing that was accepted is dropped because one of its ways leads to another host.
    [Fact]
    public async Task WhatLeadsToAnotherHostIsNotCarried()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await fixture.AliasAsync("abroad@example.org", "x@elsewhere.example");
        await fixture.AliasAsync("both@example.org", "alice@example.org", "x@elsewhere.example");
        await fixture.ForwardAsync("old@example.org", "x@elsewhere.example", ForwardMode.Forward);
        await fixture.GroupAsync("inner@example.org", "alice@example.org", "both@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "inner@example.org");
        foreach (var name in new[] { "abroad", "both", "old", "inner", "staff" })
        {
            Assert.Equal(RecipientStanding.NotCarried, await fixture.StandingAsync($"{name}@example.org"));
        }

        Assert.Equal(RecipientStanding.Foreign, await fixture.StandingAsync("x@elsewhere.example"));
        await fixture.CatchAllAsync("example.org", "x@elsewhere.example");
        Assert.Equal(RecipientStanding.NotCarried, await fixture.StandingAsync("nobody@example.org"));
    }

    [Fact]
    public async Task PostmasterIsThereEvenWhereItsAliasLeadsNowhere()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.AliasAsync("postmaster@example.org", "bob@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "PostMaster").SendAsync());
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
        await fixture.RemoveAsync("bob@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "postmaster@example.org").SendAsync());
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        await fixture.AliasAsync("root@example.org", "postmaster@example.org");
        await fixture.AliasAsync("postmaster@example.org", "x@elsewhere.example");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "postmaster@example.org").SendAsync());
        Assert.Equal(2, (await fixture.ReadAsync("alice@example.org")).Count);
    }

    [Fact]
    public async Task JudgesTheRoomByTheSizeDeclared()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.AliasAsync("both@example.org", "alice@example.org", "bob@example.org");
        await fixture.SetAsync("alice@example.org", quota: 10_000);
        Task<RecipientStanding> Ask(string recipient, long octets) => new Sending(fixture, recipient).StandingAsync(octets);
        Assert.Equal(RecipientStanding.Local, await Ask("alice@example.org", 10_000));
        Assert.Equal(RecipientStanding.LargerThanQuota, await Ask("alice@example.org", 10_001));
        Assert.Equal(RecipientStanding.LargerThanQuota, await Ask("both@example.org", 10_001));
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "alice@example.org").SendAsync());
        Assert.Equal(RecipientStanding.OverQuota, await Ask("alice@example.org", 10_000));
        Assert.Equal(RecipientStanding.OverQuota, await Ask("both@example.org", 10_000));
        Assert.Equal(RecipientStanding.Local, await Ask("alice@example.org", 0));
        await fixture.SetAsync("alice@example.org", quota: 10);
        Assert.Equal(RecipientStanding.OverQuota, await Ask("alice@example.org", 0));
    }

    [Fact]
    public async Task HoldsTheQuotaAtTheEndOfTheMessageToo()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.SetAsync("alice@example.org", quota: 10_000);
        Assert.Equal(IntakeVerdict.OverQuota, await new Sending(fixture, "alice@example.org", "bob@example.org").SendAsync(new byte[10_000], 4096));
        Assert.Empty(await fixture.ReadAsync("bob@example.org"));
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "bob@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "staff@example.org").SendAsync(new byte[10_000], 4096));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task CarriesOnWhatTheSenderWantsToBeTold()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await fixture.ForwardAsync("old@example.org", "alice@example.org", ForwardMode.Forward);
        var notices = new RecipientNotices(NotifyConditions.Success, new OriginalRecipient("rfc822", "x@y"));
        foreach (var name in new[] { "alice", "old" })
        {
            var question = new RecipientQuestion(new(StoreFixture.Address($"{name}@example.org")), Mail.Addresses.MailPath.Null) { Notices = notices };
            Assert.Same(notices, (await fixture.Directory().ResolveAsync(question, CancellationToken.None)).Recipient!.Notices);
        }
    }
}
