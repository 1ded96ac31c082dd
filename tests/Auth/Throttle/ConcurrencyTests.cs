using Merpati.Auth.Throttle;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>Attempts under way count as failures until their outcome is known.</summary>
public sealed class ConcurrencyTests
{
    private readonly Gatehouse _house = new();

    [Fact]
    public async Task ParallelGuessesDoNotGetPastTheLimit()
    {
        await _house.GuessAsync(Gatehouse.From("198.51.100.1", null)); // the ledger is read at the first attempt
        var attempts = Enumerable.Range(1, 200).Select(i => Gatehouse.From("192.0.2.1", null, $"name{i}") with { Fingerprint = (ulong)i }).ToArray();
        var answers = attempts.Select(attempt => _house.AskAsync(attempt).AsTask()).ToArray();
        var admitted = attempts.Zip(answers).Where(pair => pair.Second.IsCompletedSuccessfully).Select(pair => pair.First).ToArray();
        Assert.Equal(_house.Options.AddressLimit, admitted.Length);

        foreach (var attempt in admitted) await _house.RecordAsync(attempt, false);
        var said = await Task.WhenAll(answers);
        Assert.Equal(_house.Options.AddressLimit, said.Count(answer => answer.IsAllowed));
    }

    [Fact]
    public async Task ThoseWhoWaitAreLetInWhenOthersSucceed()
    {
        var attempt = Gatehouse.From("192.0.2.1", Gatehouse.Alice);
        var answers = Enumerable.Range(1, 50).Select(_ => _house.AskAsync(attempt).AsTask()).ToList();
        while (answers.Count > 0)
        {
            var answer = await Task.WhenAny(answers); // in whatever order they are let in
            answers.Remove(answer);
            Assert.Equal(new ThrottleAnswer(true, TimeSpan.Zero), await answer);
            await _house.RecordAsync(attempt, true);
        }

        Assert.Equal(1, _house.Ledger.Remembered); // once a day is enough
    }

    [Fact]
    public async Task WhatIsWithdrawnCountsForNothing()
    {
        var attempt = Gatehouse.From("192.0.2.1", Gatehouse.Alice);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(new ThrottleAnswer(true, TimeSpan.Zero), await _house.AskAsync(attempt));
            _house.Throttle.Withdraw(attempt);
        }
    }

    [Fact]
    public async Task NobodyWaitsForEver()
    {
        var attempt = Gatehouse.From("192.0.2.1", Gatehouse.Alice);
        for (var i = 0; i < 20; i++) Assert.True((await _house.AskAsync(attempt)).IsAllowed);
        var late = _house.AskAsync(attempt).AsTask();
        using var cancellation = new CancellationTokenSource();
        var impatient = _house.Throttle.AskAsync(attempt, cancellation.Token).AsTask();
        Assert.False(late.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _house.Time.Advance(_house.Options.MaxWait);
        Assert.False((await late).IsAllowed);
        Assert.Single(_house.Log.Of(404));

        // Attempts that nobody ended are forgotten with their window.
        _house.Time.Advance(_house.Options.Window);
        Assert.True((await _house.AskAsync(attempt)).IsAllowed);
    }

    [Fact]
    public async Task GuessersOnAllProcessorsAreCountedExactly()
    {
        var allowed = 0;
        var number = 0UL;
        var guessers = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                var attempt = Gatehouse.From("192.0.2.1", null, $"name{i}") with { Fingerprint = Interlocked.Increment(ref number) };
                if (!(await _house.AskAsync(attempt)).IsAllowed) return;
                Interlocked.Increment(ref allowed);
                await Task.Yield();
                await _house.RecordAsync(attempt, false);
            }
        }));
        await Task.WhenAll(guessers);
        Assert.Equal(_house.Options.AddressLimit, allowed);
        Assert.Single(_house.Ledger.Entries);
    }
}
