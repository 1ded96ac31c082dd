using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Intake;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Tests;

public sealed class QueueArrowTests
{
    [Fact]
    public async Task DeliverTakesItOutOfTheQueueAndKeepsTheAttempt()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.SendAsync("x@elsewhere.example", "y@elsewhere.example");
        var id = (await queue.ListAsync())[0].Id;
        await queue.SettleAsync();
        Assert.Empty(await queue.ListAsync());
        var taken = Assert.Single(queue.Hosts.Taken);
        Assert.Equal(("mx.elsewhere.example", "<sender@example.com>"), (taken.Host, taken.ReversePath));
        Assert.EndsWith("Subject: x\r\n\r\nHello\r\n", taken.Text, StringComparison.Ordinal);
        var attempts = await queue.Queue.ReadAttemptsAsync(id, CancellationToken.None);
        Assert.Equal([AttemptOutcome.Delivered, AttemptOutcome.Delivered], attempts.Select(attempt => attempt.Outcome));
    }

    [Fact]
    public async Task EachRecipientIsSettledByItself()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Answer = (_, _, recipient) => recipient.Address.Local.Value switch { "later" => "450 4.2.1 later", "never" => "550 5.1.1 nobody", _ => "250 2.0.0 ok" };
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("now@a.example", "later@a.example", "never@a.example") with { From = "alice@example.org" }).SendAsync());
        await queue.SettleAsync();
        var left = Assert.Single(await queue.ListAsync());
        Assert.Equal(("later@a.example", 1, "450 4.2.1 later"), (left.Recipient.ToString(), left.Attempts, left.LastReply));
        Assert.Equal(queue.Time.GetUtcNow() + TimeSpan.FromMinutes(5), left.DueAt);
        var notice = Assert.Single(await queue.Store.ReadTextAsync("alice@example.org"));
        Assert.Contains("Final-Recipient: rfc822; never@a.example\r\nAction: failed\r\nStatus: 5.1.1\r\n", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("later@", notice, StringComparison.Ordinal);
        queue.Hosts.Answer = (_, _, _) => "250 2.0.0 ok";
        await queue.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(await queue.ListAsync());
        Assert.Equal(["now@a.example", "later@a.example"], queue.Hosts.Taken.SelectMany(taken => taken.Recipients));
    }

    [Fact]
    public async Task TheSenderIsToldOfTheDelayOnceAndOfTheEnd()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Answer = (_, _, _) => "450 4.2.1 come\nback later";
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("x@a.example") with { From = "alice@example.org", EnvelopeId = "E1" }).SendAsync());
        var accepted = queue.Time.GetUtcNow();
        await queue.SettleAsync();
        var gaps = new List<double>();
        while ((await queue.ListAsync()).SingleOrDefault() is { } entry)
        {
            gaps.Add((entry.DueAt - queue.Time.GetUtcNow()).TotalMinutes);
            await queue.PassAsync(entry.DueAt - queue.Time.GetUtcNow());
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 240, 240], gaps.Take(8));
        Assert.Equal(TimeSpan.FromDays(5), queue.Time.GetUtcNow() - accepted);
        var notices = await queue.Store.ReadTextAsync("alice@example.org");
        Assert.Equal(2, notices.Count);
        Assert.Contains("\r\nOriginal-Envelope-Id: E1\r\n", notices[0], StringComparison.Ordinal);
        Assert.Contains("Action: delayed\r\nStatus: 4.2.1\r\nRemote-MTA: dns; mx.a.example\r\nDiagnostic-Code: smtp; 450 4.2.1 come\r\n\tback later\r\n", notices[0], StringComparison.Ordinal);
        Assert.Contains("Will-Retry-Until: Fri, 27 Nov 2026 05:06:24 +0000\r\n", notices[0], StringComparison.Ordinal);
        Assert.Contains("Action: failed\r\nStatus: 5.4.7\r\n", notices[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Will-Retry-Until", notices[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANoticeThatFailsEndsThere()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Answer = (_, _, _) => "550 5.1.1 nobody";
        await queue.SendAsync("x@a.example"); // from sender@example.com, who is abroad
        await queue.SettleAsync();
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync()).Count == 0);
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Store.Log.Lines.Any(line => line.Contains("was given up and has no sender", StringComparison.Ordinal))));
        Assert.Contains("<sender@example.com>", queue.Store.Log.Lines.Single(line => line.Contains("given up", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(2, queue.Hosts.Connected);
    }

    [Fact]
    public async Task WhatTheLastProcessClaimedIsTriedAtOnce()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.SendAsync("x@a.example");
        var now = queue.Time.GetUtcNow();
        Assert.Single(await queue.Queue.ClaimAsync(new ClaimRequest("a.example", now, now + TimeSpan.FromHours(1), 1, 1), CancellationToken.None));
        await queue.SettleAsync();
        Assert.Single(queue.Hosts.Taken);
    }

    [Fact]
    public async Task AClaimIsProlongedWhileTheAttemptLasts()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Hosts.Meanwhile = async (_, _, cancellation) =>
        {
            begun.TrySetResult();
            await end.Task.WaitAsync(cancellation);
        };
        await queue.SendAsync("x@a.example");
        queue.Runner.Start();
        await begun.Task;
        var first = (await queue.ListAsync())[0].DueAt;
        for (var i = 0; i < 6; i++)
        {
            var before = (await queue.ListAsync())[0].DueAt;
            queue.Time.Advance(queue.Options.Lease / 3);
            await QueueFixture.UntilAsync(async () => (await queue.ListAsync())[0].DueAt > before);
        }

        var entry = Assert.Single(await queue.ListAsync());
        Assert.Equal(QueueState.Claimed, entry.State);
        Assert.True(entry.DueAt > first && queue.Time.GetUtcNow() > first);
        end.SetResult();
        await queue.SettleAsync();
        Assert.Single(queue.Hosts.Taken);
    }

    [Fact]
    public async Task AMessageThatBreaksItsWorkerIsHeldAndTheOthersGoOn()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Meanwhile = (_, sending, _) => sending.Recipients[0].Address.Local.Value == "poison" ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        await queue.SendAsync("poison@a.example");
        await queue.SendAsync("x@a.example");
        await queue.SettleAsync();
        Assert.Equal("x@a.example", Assert.Single(Assert.Single(queue.Hosts.Taken).Recipients));
        await queue.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(QueueState.Waiting, Assert.Single(await queue.ListAsync()).State);
        await queue.PassAsync(TimeSpan.FromMinutes(10));
        await QueueFixture.UntilAsync(async () => (await queue.ListAsync())[0].State == QueueState.Held);
        await QueueFixture.UntilAsync(() => Task.FromResult(queue.Store.Log.Lines.Any(line => line.Contains("held after 3 attempts that broke down", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task ToStopIsToFinishWhatIsBeingCarriedAndToGiveBackTheRest()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Hosts.Meanwhile = async (_, _, _) =>
        {
            begun.TrySetResult();
            await end.Task;
        };
        for (var i = 0; i < 5; i++) await queue.SendAsync($"x{i}@a.example");
        queue.Runner.Start();
        await begun.Task;
        var stopped = queue.Runner.StopAsync(TimeSpan.FromHours(1));
        end.SetResult();
        await stopped;
        Assert.Single(queue.Hosts.Taken);
        Assert.Equal(4, (await queue.ListAsync()).Count(entry => entry.State == QueueState.Waiting));
    }

    [Fact]
    public async Task AnAttemptThatDoesNotEndIsCutOffWhenWeStop()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Hosts.Meanwhile = (_, _, cancellation) =>
        {
            begun.TrySetResult();
            return new TaskCompletionSource().Task.WaitAsync(cancellation);
        };
        await queue.SendAsync("x@a.example");
        queue.Runner.Start();
        await begun.Task;
        await queue.Runner.StopAsync(TimeSpan.Zero);
        Assert.Equal(QueueState.Claimed, Assert.Single(await queue.ListAsync()).State);
    }

    [Fact]
    public async Task AChangedRouteHoldsForWhatWaits()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        await queue.SendAsync("x@a.example", "y@b.example");
        queue.Routes = new RouteTable(new Dictionary<string, RelayRoute> { ["a.example"] = new("smart") { Host = new RelayHost("smart.example", 25) } }, new Dictionary<string, RelayRoute>(), null);
        await queue.SettleAsync();
        Assert.Equal(["mx.b.example", "smart.example"], queue.Hosts.Taken.Select(taken => taken.Host).Order());
        Assert.Empty(await queue.ListAsync());
    }

    [Fact]
    public async Task AFailureToFindTheHostsEndsOrWaitsAsItSays()
    {
        await using var queue = await QueueFixture.CreateAsync("alice@example.org");
        queue.Hosts.Find = (domain, _) => domain.Name switch
        {
            "gone.example" => NextHosts.None(AttemptOutcome.Failed, "5.1.2", "The domain does not exist."),
            _ => NextHosts.None(AttemptOutcome.Deferred, "4.4.3", "The DNS did not answer."),
        };
        Assert.Equal(IntakeVerdict.Accepted, await (queue.Sending("x@gone.example", "y@mute.example") with { From = "alice@example.org" }).SendAsync());
        await queue.SettleAsync();
        Assert.Equal("y@mute.example", Assert.Single(await queue.ListAsync()).Recipient.ToString());
        var notice = Assert.Single(await queue.Store.ReadTextAsync("alice@example.org"));
        Assert.Contains("Status: 5.1.2\r\nDiagnostic-Code: x-merpati; The domain does not exist.\r\n", notice, StringComparison.Ordinal);
        Assert.DoesNotContain("Remote-MTA", notice, StringComparison.Ordinal);
    }
}
