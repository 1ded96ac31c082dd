using System.Net;
using System.Net.Sockets;
using Merpati.Transcripts;

namespace Merpati.Dns.Tests;

public sealed class FaultTests
{
    private static readonly DnsResolverOptions OneTry = new() { Tries = 1 };

    [Theory]
    [InlineData(2, DnsOutcome.ServFail)]
    [InlineData(5, DnsOutcome.Refused)]
    [InlineData(4, DnsOutcome.Refused)]
    [InlineData(9, DnsOutcome.ServFail)]
    [InlineData(23, DnsOutcome.ServFail)]
    public async Task TellsHowAServerFails(int code, DnsOutcome outcome)
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Code(code)));
        Assert.Equal(outcome, (await scene.AskAsync("example.org", DnsType.Mx)).Outcome);
    }

    [Fact]
    public async Task AsksTheNextServerWhenOneFails()
    {
        await using var scene = new Scene(
            asked => asked.Send(asked.Response.Code(2)),
            asked => asked.Send(asked.Response.Code(5)),
            asked => asked.Send(asked.Response.Address("a.example", "192.0.2.1")));
        Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
        Assert.All(scene.Servers, server => Assert.Single(server.Asked));
    }

    [Fact]
    public async Task GivesUpAfterItsTriesWhenNobodyAnswers()
    {
        Scene scene = null!;
        var tries = 0;
        scene = new Scene(_ => scene.Time.Advance(Scene.Patience * (1 << tries++)));
        await using (scene)
        {
            var start = scene.Time.GetUtcNow();
            Assert.Equal(DnsOutcome.TimedOut, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
            Assert.Equal(Scene.Patience * 3, scene.Time.GetUtcNow() - start);

            // Some silently drop what has EDNS.
            Assert.Equal([true, false], scene.Server.Asked.Select(asked => asked.HasEdns));
        }
    }

    [Fact]
    public async Task GivesUpAfterItsTimeWhenEveryStepIsSlow()
    {
        Scene scene = null!;
        var step = 0;
        scene = new Scene(new DnsResolverOptions { MaxTime = TimeSpan.FromSeconds(10) }, asked =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(4));
            asked.Send(asked.Response.Alias(asked.Name, $"h{++step}.example"));
        });
        await using (scene)
        {
            Assert.Equal(DnsOutcome.TimedOut, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
            Assert.Equal(3, scene.Server.Asked.Count);
        }
    }

    [Fact]
    public async Task AsksASilentServerAfterTheOthersForAWhile()
    {
        Scene scene = null!;
        scene = new Scene(_ => scene.Time.Advance(Scene.Patience), asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1")));
        await using (scene)
        {
            Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
            Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("b.example", DnsType.A)).Outcome);
            Assert.Single(scene.Server.Asked);
            scene.Time.Advance(TimeSpan.FromSeconds(31));
            await scene.AskAsync("c.example", DnsType.A);
            Assert.Equal(2, scene.Server.Asked.Count);
        }
    }

    [Fact]
    public async Task EndsAtOnceWhereNobodyListens()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // the number is taken, for datagrams nobody listens
        await using var resolver = new DnsResolver(new DnsResolverOptions { Servers = [(IPEndPoint)bound.LocalEndPoint!] }, new FakeTime());
        Assert.Equal(DnsOutcome.TimedOut, (await resolver.QueryAsync(Scene.Name("a.example"), DnsType.A, CancellationToken.None)).Outcome);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("name")]
    [InlineData("type")]
    [InlineData("class")]
    [InlineData("opcode")]
    [InlineData("query")]
    [InlineData("questions")]
    [InlineData("short")]
    [InlineData("empty")]
    [InlineData("port")]
    public async Task PassesOverWhatIsNoAnswerToItsQuestion(string fault)
    {
        await using var scene = new Scene(OneTry, asked =>
        {
            var wrong = asked.Response.Address("a.example", "192.0.2.66");
            if (fault == "port") asked.SendFromElsewhere(wrong);
            else asked.Send(Spoil(wrong.Build(), fault));
            asked.Send(asked.Response.Address("a.example", "192.0.2.1"));
        });
        var answer = await scene.AskAsync("a.example", DnsType.A);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<AddressRecord>(Assert.Single(answer.Records)).Address);
    }

    [Fact]
    public async Task WaitsNoLongerBecauseOfWrongAnswers()
    {
        Scene scene = null!;
        scene = new Scene(OneTry, asked =>
        {
            asked.Send(Spoil(asked.Response.Address("a.example", "192.0.2.66").Build(), "id"));
            scene.Time.Advance(Scene.Patience);
        });
        await using (scene) Assert.Equal(DnsOutcome.TimedOut, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
    }

    [Fact]
    public async Task AsksOverTcpWhenSomebodyGuesses()
    {
        await using var scene = new Scene(OneTry, asked =>
        {
            for (var i = 0; i < 64 && !asked.IsTcp; i++) asked.Send(Spoil(asked.Response.Address("a.example", "192.0.2.66").Build(), "id"));
            if (asked.IsTcp) asked.Send(asked.Response.Address("a.example", "192.0.2.1"));
        });
        Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
        Assert.Equal([false, true], scene.Server.Asked.Select(asked => asked.IsTcp));
    }

    [Fact]
    public async Task AsksOverTcpWhenTheAnswerIsTruncated()
    {
        await using var scene = new Scene(asked =>
        {
            // What is cut may be cut anywhere.
            var response = asked.Response;
            for (var i = 0; i < 1200; i++) response.Mx("example.org", i, $"mx{i}.example.org");
            asked.Send(asked.IsTcp ? response.Build() : response.With(0x200).Build()[..517]);
        });
        var answer = await scene.AskAsync("example.org", DnsType.Mx);
        Assert.Equal(500, answer.Records.Count);
        Assert.Equal([false, true], scene.Server.Asked.Select(asked => asked.IsTcp));
    }

    [Fact]
    public async Task AsksOverTcpWhenADatagramIsTooLong()
    {
        await using var scene = new Scene(asked =>
        {
            var response = asked.Response;
            for (var i = 0; i < 200; i++) response.Mx("example.org", i, $"mx{i}.example.org");
            asked.Send(response);
        });
        Assert.Equal(200, (await scene.AskAsync("example.org", DnsType.Mx)).Records.Count);
        Assert.Equal([false, true], scene.Server.Asked.Select(asked => asked.IsTcp));
    }

    [Fact]
    public async Task DoesNotAskForeverForWhatIsAlwaysTruncated()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.With(0x200)));
        Assert.Equal(DnsOutcome.Malformed, (await scene.AskAsync("example.org", DnsType.Mx)).Outcome);
        Assert.Equal(2, scene.Server.Asked.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task AsksTheNextServerWhenAConnectionEndsEarly(int octets)
    {
        await using var scene = new Scene(
            asked =>
            {
                if (!asked.IsTcp) asked.Send(asked.Response.With(0x200));
                else asked.SendRaw([.. new byte[] { 0xFF, 0xFF }.Concat(asked.Response.Build()).Take(octets)]);
            },
            asked => asked.Send(asked.Response.Mx("example.org", 1, "mx.example.org")));
        Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("example.org", DnsType.Mx)).Outcome);
    }

    [Fact]
    public async Task TakesNoWrongAnswerOverTcp()
    {
        await using var scene = new Scene(asked => asked.Send(asked.IsTcp ? Spoil(asked.Response.Build(), "id") : asked.Response.With(0x200).Build()));
        Assert.Equal(DnsOutcome.Malformed, (await scene.AskAsync("example.org", DnsType.Mx)).Outcome);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(4, true)]
    [InlineData(16, true)]
    public async Task AsksWithoutEdnsWhereItIsNotUnderstood(int code, bool repeatsQuestion)
    {
        await using var scene = new Scene(asked =>
        {
            var refusal = asked.Response.Code(code).Build();
            if (!repeatsQuestion) refusal = [.. refusal.Take(4), .. new byte[8]];
            asked.Send(asked.HasEdns ? refusal : asked.Response.Address(asked.Name, "192.0.2.1").Build());
        });
        Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
        Assert.Equal(DnsOutcome.Found, (await scene.AskAsync("b.example", DnsType.A)).Outcome);
        Assert.Equal([true, false, false], scene.Server.Asked.Select(asked => asked.HasEdns));
        scene.Time.Advance(TimeSpan.FromHours(2));
        await scene.AskAsync("c.example", DnsType.A);
        Assert.True(scene.Server.Asked[3].HasEdns);
    }

    [Fact]
    public async Task DoesNotTakeAPointerElsewhereForAbsence()
    {
        // Neither recursion nor authority: a server that must not be asked.
        await using var scene = new Scene(asked => asked.Send(asked.Response.Without(0x80)));
        Assert.Equal(DnsOutcome.ServFail, (await scene.AskAsync("example.org", DnsType.Mx)).Outcome);
    }

    [Fact]
    public async Task EndsWithAnOutcomeForNamesThatPointToThemselves()
    {
        await using var scene = new Scene(asked =>
        {
            var at = 12 + asked.QuestionLength;
            asked.Send(asked.Response.Answer([0xC0, (byte)at, .. Response.RecordOf([], (int)DnsType.A, [192, 0, 2, 1], 300)]));
        });
        Assert.Equal(DnsOutcome.Malformed, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
    }

    [Fact]
    public async Task ThrowsForCancellationAlone()
    {
        using var cancellation = new CancellationTokenSource();
        await using var scene = new Scene(_ => cancellation.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.AskAsync("a.example", DnsType.A, cancellation.Token));
    }

    [Fact]
    public async Task GivesUpWhatIsUnderWayWhenItIsClosed()
    {
        var arrived = new TaskCompletionSource();
        await using var scene = new Scene(_ => arrived.TrySetResult());
        var question = scene.AskAsync("a.example", DnsType.A);
        await arrived.Task;
        await scene.Resolver.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => scene.AskAsync("a.example", DnsType.A));
    }

    private static byte[] Spoil(byte[] message, string fault)
    {
        switch (fault)
        {
            case "id": message[1] ^= 1; break;
            case "name": message[13] ^= 2; break;
            case "type": message[12 + 11 + 1] = 28; break;
            case "class": message[12 + 11 + 3] = 3; break;
            case "opcode": message[2] |= 0x28; break;
            case "query": message[2] &= 0x7F; break;
            case "questions": message[5] = 2; break;
            case "short": return message[..11];
            case "empty": return [];
            default: throw new ArgumentException(fault, nameof(fault));
        }

        return message;
    }
}
