using System.Diagnostics.Metrics;
using Merpati.Mail.Intake;
using Merpati.Transcripts;
using Microsoft.Extensions.Logging;

namespace Merpati.Smtp.Tests;

public sealed class LogTests
{
    private const string Message = "MAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nSubject: x\r\n\r\ntext\r\n.\r\n";

    private readonly Recorder _log = new();

    [Fact]
    public async Task WritesALineForTheMessageAndOneForTheSession()
    {
        var gate = new TaskCompletionSource();
        var time = new FakeTime();
        await using (var client = await ServeAsync(new MemoryIntake { Gate = gate.Task }, "EHLO client.example\r\n" + Message, time))
        {
            time.Advance(TimeSpan.FromMilliseconds(12.5));
            gate.SetResult();
            time.Advance(TimeSpan.FromSeconds(1));
            await client.SendAsync("JUNK\r\nQUIT\r\n");
            await client.Served;
        }

        Assert.Equal(
            [
                (200, "0000000000001: accepted, 20 octets from <a@b.example> to 2 recipient(s), client 127.0.0.1 (client.example), answered after 12.5 ms"),
                (201, "session with 127.0.0.1 (client.example) ended: quit, 7 command(s), 1 message(s), 1 error(s), 1.013 s"),
            ], _log.Lines(LogLevel.Information));
        Assert.Equal([(202, "refused 127.0.0.1: unknown-command, 500")], _log.Lines(LogLevel.Debug));
    }

    [Theory]
    [InlineData(IntakeVerdict.NoSpace, "no-space", LogLevel.Warning)]
    [InlineData(IntakeVerdict.StoreFailed, "store-failed", LogLevel.Error)]
    [InlineData(IntakeVerdict.Loop, "mail-loop", LogLevel.Debug)]
    public async Task SaysWhyAMessageWasRefused(IntakeVerdict verdict, string reason, LogLevel level)
    {
        await using (var client = await ServeAsync(new MemoryIntake { AtCommit = verdict }, "HELO x\r\n" + Message)) await client.HangUpAsync();
        Assert.StartsWith($"0000000000001: {reason}, 20 octets from <a@b.example> to 2", _log.Lines(LogLevel.Information)[0].Text, StringComparison.Ordinal);
        Assert.StartsWith($"refused 127.0.0.1: {reason}, ", Assert.Single(_log.Lines(level), line => line.Id == 202).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QUIT\r\n", "quit")]
    [InlineData("", "lost")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nhalf of it", "lost-in-transaction")]
    [InlineData("GET / HTTP/1.1\r\n", "wrong-protocol")]
    public async Task SaysHowTheSessionEnded(string commands, string how)
    {
        await using (var client = await ServeAsync(new MemoryIntake(), "HELO x\r\n" + commands)) await client.HangUpAsync();
        Assert.StartsWith($"session with 127.0.0.1 (x) ended: {how}, ", Assert.Single(_log.Lines(LogLevel.Information)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LetsNobodyForgeALine()
    {
        const string Forged = "HELO x\u001b[2J\r\nHELO \"x\r200: accepted\r\nMAIL FROM:<\"a\rb\"@c.example>\r\nRCPT TO:<a\0b@example.org>\r\nHELO x\tx\nNOOP é\r\n";
        await using (var client = await ServeAsync(new MemoryIntake(), Forged + "HELO ok\r\n" + Message)) await client.HangUpAsync();
        Assert.Equal(2, _log.Lines(LogLevel.Information).Count);
        Assert.All(_log.All, line => Assert.DoesNotContain(line.Text, c => c is < ' ' or > '~'));
    }

    [Fact]
    public async Task CountsRefusals()
    {
        var reasons = new List<object?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == "merpati.smtp.rejections") own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (reasons) reasons.Add(tags[0].Value);
        });
        listener.Start();
        await using (var client = await ServeAsync(new MemoryIntake(), "ETRN x\r\n")) await client.HangUpAsync();
        lock (reasons) Assert.Contains("not-implemented", reasons);
    }

    private async Task<MemoryClient> ServeAsync(MemoryIntake intake, string commands, TimeProvider? time = null)
    {
        var server = new TestServer { NewIntake = () => intake, Loggers = _log, Time = time ?? TimeProvider.System };
        var client = server.Connect();
        await client.SendGroupsAsync(commands);
        return client;
    }

    private sealed class Recorder : ILoggerFactory, ILogger
    {
        public List<(LogLevel Level, int Id, string Text)> All { get; } = [];

        public List<(int Id, string Text)> Lines(LogLevel level) => [.. All.Where(line => line.Level == level).Select(line => (line.Id, line.Text))];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add((logLevel, eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
