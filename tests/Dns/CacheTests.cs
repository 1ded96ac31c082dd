using System.Collections.Concurrent;
using System.Net.Sockets;
using Merpati.Dns.Cache;
using Merpati.Dns.Messages;
using Merpati.Transcripts;

namespace Merpati.Dns.Tests;

public sealed class CacheTests
{
    [Theory]
    [InlineData(300, 300)]
    [InlineData(0, 0)]
    [InlineData(int.MinValue, 0)]
    [InlineData(int.MaxValue, 86_400)]
    public async Task RemembersAnAnswerForItsTtlAndADayAtMost(int ttl, int seconds)
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1", ttl)));
        await AssertRememberedAsync(scene, TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(3, 100, 40, 40)]
    [InlineData(3, 30, 40, 30)]
    [InlineData(0, 100, 40, 40)]
    [InlineData(0, 1_000_000, 1_000_000, 3600)]
    [InlineData(3, -1, 40, 0)]
    public async Task RemembersAbsenceAsLongAsTheZoneSays(int code, int ttl, int minimum, int seconds)
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Code(code).Soa("example", ttl, minimum)));
        await AssertRememberedAsync(scene, TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(3)]
    public async Task RemembersFailuresAndAbsenceWithoutATimeForSecondsOnly(int code)
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Code(code)));
        await AssertRememberedAsync(scene, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task TellsHowMuchOfTheTtlIsLeft()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1", 300)));
        await scene.AskAsync("a.example", DnsType.A);
        scene.Time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(TimeSpan.FromSeconds(200), (await scene.AskAsync("a.example", DnsType.A)).Ttl);
    }

    [Fact]
    public async Task RemembersEachTypeByItself()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1").Mx(asked.Name, 1, "mx.example")));
        Assert.IsType<AddressRecord>(Assert.Single((await scene.AskAsync("a.example", DnsType.A)).Records));
        Assert.IsType<MailExchangeRecord>(Assert.Single((await scene.AskAsync("a.example", DnsType.Mx)).Records));
    }

    [Fact]
    public async Task AsksOnceForAllWhoAskTheSame()
    {
        var held = new TaskCompletionSource<Asked>();
        await using var scene = new Scene(asked =>
        {
            if (!held.TrySetResult(asked)) asked.Send(asked.Response.Address("a.example", "192.0.2.1"));
        });
        var questions = Enumerable.Range(0, 100).Select(_ => scene.AskAsync("a.example", DnsType.A)).ToList();
        var first = await held.Task;
        first.Send(first.Response.Address("a.example", "192.0.2.1"));
        var answers = await Task.WhenAll(questions);
        Assert.All(answers, answer => Assert.Equal(DnsOutcome.Found, answer.Outcome));
        Assert.Single(scene.Server.Asked);
    }

    [Fact]
    public async Task AnswersTheOthersWhenOneOfThemGoes()
    {
        var held = new TaskCompletionSource<Asked>();
        using var cancellation = new CancellationTokenSource();
        await using var scene = new Scene(asked => held.TrySetResult(asked));
        var leaving = scene.AskAsync("a.example", DnsType.A, cancellation.Token);
        var staying = scene.AskAsync("a.example", DnsType.A);
        var first = await held.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        first.Send(first.Response.Address("a.example", "192.0.2.1"));
        Assert.Equal(DnsOutcome.Found, (await staying).Outcome);
    }

    [Fact]
    public async Task LetsQuestionsWaitForAPlace()
    {
        var arrivals = new BlockingCollection<Asked>();
        var options = new DnsResolverOptions { MaxUnderWay = 1 };
        using var cancellation = new CancellationTokenSource();
        await using var scene = new Scene(options, arrivals.Add);
        var first = scene.AskAsync("a.example", DnsType.A, cancellation.Token);
        Assert.Equal("a.example", arrivals.Take().Name);

        // Were the second question sent at once, it would arrive before the third, which does not come from the resolver.
        var second = scene.AskAsync("b.example", DnsType.A);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.SendTo(QueryWriter.Write(new DnsQuestion(Scene.Name("marker.example"), DnsType.A), withEdns: false, randomCase: false), scene.Server.Address);
        Assert.Equal("marker.example", arrivals.Take().Name);

        // Whom nobody waits for any more gives its place away.
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var next = arrivals.Take();
        Assert.Equal("b.example", next.Name);
        next.Send(next.Response.Address("b.example", "192.0.2.1"));
        Assert.Equal(DnsOutcome.Found, (await second).Outcome);
    }

    [Fact]
    public async Task RemembersNothingWhereItMayNot()
    {
        await using var scene = new Scene(new DnsResolverOptions { CacheEntries = 0 }, asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1")));
        await AssertRememberedAsync(scene, TimeSpan.Zero);
    }

    [Fact]
    public void ForgetsWhatWasNotUsedForTheLongestTime()
    {
        var cache = new AnswerCache(3, new FakeTime());
        for (var i = 0; i < 3; i++) cache.Put(Question(i), Answer());
        Assert.True(cache.TryGet(Question(0), out _));
        cache.Put(Question(3), Answer());
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(i => cache.TryGet(Question(i), out _)));
    }

    [Fact]
    public void NeverKeepsMoreThanItMayInNumberOrInMemory()
    {
        var cache = new AnswerCache(100, new FakeTime());
        for (var i = 0; i < 1000; i++)
        {
            cache.Put(Question(i), Answer());
            Assert.True(cache.Count <= 100);
        }

        Assert.Equal(100, cache.Count);
        for (var i = 0; i < 1000; i++)
        {
            cache.Put(Question(i), new DnsAnswer(DnsOutcome.Found, [new TextRecord(Scene.Name("x"), default, new byte[60_000])]) { Ttl = TimeSpan.FromHours(1) });
            Assert.True(cache.Weight <= 100 * AnswerCache.AverageWeight);
        }

        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void CountsWhatItForgetsAndReplaces()
    {
        var time = new FakeTime();
        var cache = new AnswerCache(100, time);
        cache.Put(Question(1), Answer());
        var weight = cache.Weight;
        cache.Put(Question(1), Answer());
        Assert.Equal((1, weight), (cache.Count, cache.Weight));
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(cache.TryGet(Question(1), out _));
        Assert.Equal((0, 0L), (cache.Count, cache.Weight));
    }

    private static DnsQuestion Question(int number) => new(Scene.Name($"h{number}.example"), DnsType.A);

    private static DnsAnswer Answer() => DnsAnswer.Of(DnsOutcome.NoData) with { Ttl = TimeSpan.FromHours(1) };

    private static async Task AssertRememberedAsync(Scene scene, TimeSpan span)
    {
        var first = await scene.AskAsync("a.example", DnsType.A);
        var asked = scene.Server.Asked.Count;
        Assert.Equal(span, scene.Resolver.Cache.Count > 0 ? first.Ttl : TimeSpan.Zero);
        if (span > TimeSpan.Zero)
        {
            scene.Time.Advance(span - TimeSpan.FromTicks(1));
            Assert.Equal(first.Outcome, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
            Assert.Equal(asked, scene.Server.Asked.Count);
            scene.Time.Advance(TimeSpan.FromTicks(1));
        }

        await scene.AskAsync("a.example", DnsType.A);
        Assert.True(scene.Server.Asked.Count > asked);
    }
}
