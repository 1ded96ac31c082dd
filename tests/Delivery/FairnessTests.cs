using Merpati.Delivery.Intake;
using Merpati.Storage.Queue;
using Merpati.Transcripts;

namespace Merpati.Delivery.Tests;

/// <summary>Between senders to one destination.</summary>
public sealed class FairnessTests
{
    [Fact]
    public async Task ALetterGoesBeforeWhatAnotherHasSentByTheHundred()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org", "bob@example.org");
        var intake = queue.Intake();
        for (var i = 0; i < 200; i++) await (queue.Sending($"x{i}@a.example") with { From = "bob@example.org", Intake = intake }).SendAsync();
        queue.Time.Advance(TimeSpan.FromSeconds(5));
        await (queue.Sending("letter@a.example") with { From = "alice@example.org", Intake = intake }).SendAsync();
        var claimed = await queue.Queue.ClaimAsync(new ClaimRequest("a.example", queue.Time.GetUtcNow(), queue.Time.GetUtcNow(), 30, 100), CancellationToken.None);
        var order = claimed.SelectMany(sending => sending.Recipients).Select(recipient => recipient.Address.Local.Value).ToList();
        Assert.Equal(SenderShares.Burst, order.IndexOf("letter")); // what bob was the first to send goes ahead as well, and no more of it

        // It is due when it was accepted, as far as anybody is told.
        Assert.All(await queue.ListAsync(), entry => Assert.True(entry.DueAt >= entry.AcceptedAt));
    }

    [Fact]
    public void WhoSendsMuchGetsItBackSlowly()
    {
        var time = new FakeTime();
        var shares = new SenderShares(time);
        Assert.Equal(SenderShares.Ahead, shares.Take("bob", SenderShares.Burst));
        Assert.Equal(TimeSpan.Zero, shares.Take("bob", 1));
        Assert.Equal(SenderShares.Ahead, shares.Take("alice", 1));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, shares.Take("bob", 3));
        Assert.Equal(SenderShares.Ahead, shares.Take("bob", 2));
        Assert.Equal(TimeSpan.Zero, shares.Take("bob", 1));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, shares.Take("bob", SenderShares.Burst + 1));
        Assert.Equal(SenderShares.Ahead, shares.Take("bob", SenderShares.Burst));
    }

    [Fact]
    public void WhatIsKeptOfSendersIsBounded()
    {
        var shares = new SenderShares(new FakeTime());
        for (var i = 0; i < 25_000; i++)
        {
            shares.Take(i.ToString(System.Globalization.CultureInfo.InvariantCulture), 1);
            Assert.InRange(shares.Known, 1, 10_000);
        }
    }
}
