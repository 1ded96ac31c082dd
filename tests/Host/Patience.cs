namespace Merpati.Host.Tests;

/// <summary>Waits for a condition that only the outside shows: it is asked again and again, for a bounded time.</summary>
internal static class Patience
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the answer is yes; fails with <paramref name="what"/> when it never is.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"waited in vain for this: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Lets some time go by: for a blow that has to fall at no particular moment.</summary>
    public static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
