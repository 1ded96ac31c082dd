using System.Collections.Concurrent;
using System.Globalization;

namespace Merpati.Host.Tests;

/// <summary>Two hundred clients at once: nothing lost, nothing mixed, nothing twice.</summary>
public sealed class ManyClientsTests : IDisposable
{
    private const int Clients = 200;
    private const int MessagesEach = 5;
    private const int RecipientsEach = 3;
    private const int Readers = 4;

    private static readonly string[] Users = [.. Enumerable.Range(0, 20).Select(number => string.Create(CultureInfo.InvariantCulture, $"user{number}"))];

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, LedgerEntry> _ledger = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TwoHundredClientsLoseNothingAndMixNothing()
    {
        await RunningServer.PrepareAsync(_folder["data"], Users);
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var sent = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(number => PollAsync(server, number, sent.Token)).ToList();
        var sessions = new List<LineClient>();
        try
        {
            // All of them are there before the first begins.
            for (var client = 0; client < Clients; client++) sessions.Add(await MailDialogue.GreetAsync(server));
            await Task.WhenAll(sessions.Select((session, client) => SendAsync(session, client)));
        }
        finally
        {
            await sent.CancelAsync();
            foreach (var session in sessions) session.Dispose();
        }

        var polled = await Task.WhenAll(readers);
        await Task.WhenAll(Users.Select(user => AssertWholeAsync(server, user)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{_ledger.Count} messages; the readers read {polled.Sum()} while they came in");
        Assert.Equal(0, await server.StopAsync());
    }

    private async Task SendAsync(LineClient session, int client)
    {
        for (var number = 0; number < MessagesEach; number++)
        {
            var recipients = Enumerable.Range(0, RecipientsEach).Select(next => Users[(client + number * 7 + next * (1 + client % 6)) % Users.Length]).ToList();
            var entry = new LedgerEntry(string.Create(CultureInfo.InvariantCulture, $"{client}.{number}"), 300 + client * number * 40, recipients);
            Assert.True(_ledger.TryAdd(entry.Id, entry));
            var reply = await MailDialogue.SendAsync(session, entry.Message, [.. recipients.Select(user => $"{user}@example.org")]);
            Assert.StartsWith("250 2.0.0", reply, StringComparison.Ordinal);
            entry.Forget();
        }
    }

    // Reads each message of its mailboxes once, as soon as it is there: whole, and for nobody else.
    private async Task<int> PollAsync(RunningServer server, int number, CancellationToken sent)
    {
        var own = Users.Where((_, index) => index % Readers == number).ToList();
        var read = own.ToDictionary(user => user, _ => 0);
        while (!sent.IsCancellationRequested)
        {
            foreach (var user in own)
            {
                using var pop3 = await MailDialogue.LogInAsync(server, user);
                var count = int.Parse((await pop3.AskAsync("STAT")).Split(' ')[1], CultureInfo.InvariantCulture);
                for (; read[user] < count; read[user]++)
                {
                    Assert.StartsWith("+OK", await pop3.AskAsync($"RETR {read[user] + 1}"), StringComparison.Ordinal);
                    Identify(user, (await pop3.ReadTextAsync())!);
                }

                Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
            }
        }

        return read.Values.Sum();
    }

    private async Task AssertWholeAsync(RunningServer server, string user)
    {
        var read = (await MailDialogue.ReadAllAsync(server, user)).Select(message => Identify(user, message).Id);
        var expected = _ledger.Values.Where(entry => entry.Recipients.Contains(user)).Select(entry => entry.Id);
        Assert.Equal(expected.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private LedgerEntry Identify(string user, byte[] message)
    {
        var text = MailDialogue.WithoutTrace(message);
        var entry = _ledger[LedgerEntry.IdOf(text)];
        Assert.True(entry.Is(text), $"{entry.Id} is not whole in the mailbox of {user}");
        Assert.Contains(user, entry.Recipients);
        return entry;
    }
}
