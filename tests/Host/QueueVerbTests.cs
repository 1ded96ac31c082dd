using System.Text;
using System.Text.Json;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite;

namespace Merpati.Host.Tests;

/// <summary>The verbs of <c>queue</c>, run beside a process that has the store open.</summary>
public sealed class QueueVerbTests : IAsyncLifetime
{
    private const string Reply = "450-4.2.1 not now\n450 4.2.1 \u001b[31mcome again";

    private readonly TemporaryFolder _folder = new();
    private SqliteMailStore? _store;
    private long _lastId = 1L << 40;

    private IQueueStore Queue => _store!.Queue;

    private string Data => _folder["data"];

    private static CancellationToken Never => CancellationToken.None;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => _store = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Data, ReserveBytes = 0 }, Never);

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData()]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("remove")]
    [InlineData("watch")]
    public async Task EveryVerbHasHelp(params string[] verb) => Assert.Contains("Usage:", await FineAsync([.. verb, "--help"]), StringComparison.Ordinal);

    [Fact]
    public async Task ListsWhatFitsTheFilters()
    {
        Assert.Equal("the queue is empty", (await FineAsync("list")).Trim());
        Assert.Equal("[]", (await FineAsync("list", "--json")).Trim());
        var old = await PutAsync("alice@example.org", Now.AddHours(-3), "bob@away.example", "carol@other.example");
        var notice = await PutAsync("", Now, "dave@away.example");
        await PutAsync("grüße@example.org", Now, "größe@away.example");
        await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Recipient = Address("carol@other.example") }, Now, Never);
        var claimed = await ClaimAsync("away.example", 1);

        await ListsAsync(["bob", "carol", "dave", "größe"]);
        await ListsAsync(["bob", "carol"], "--sender", "Alice@EXAMPLE.org");
        await ListsAsync(["dave"], "--sender", "<>");
        await ListsAsync(["größe"], "--sender", "<grüße@example.org>");
        await ListsAsync(["größe"], "--recipient", "größe@away.example");
        await ListsAsync(["bob", "dave", "größe"], "--domain", "AWAY.example");
        await ListsAsync(["carol"], "--state", "held");
        await ListsAsync(["bob"], "--state", "claimed");
        await ListsAsync(["dave", "größe"], "--state", "waiting");
        await ListsAsync(["bob", "carol"], "--older-than", "2h");
        await ListsAsync([], "--older-than", "4h");
        await ListsAsync(["dave"], "--id", notice.ToString());
        await ListsAsync(["carol"], "--id", old.ToString(), "--domain", "other.example");
        await ListsAsync(["bob", "carol"], "--limit", "2");

        using var list = JsonDocument.Parse(await FineAsync("list", "--json", "--state", "claimed"));
        var entry = Assert.Single(list.RootElement.EnumerateArray());
        Assert.Equal((old.ToString(), "claimed", "alice@example.org", "away.example"),
            (entry.GetProperty("id").GetString(), entry.GetProperty("state").GetString(), entry.GetProperty("sender").GetString(), entry.GetProperty("destination").GetString()));
        Assert.Equal((0, claimed.Size), (entry.GetProperty("attempts").GetInt32(), entry.GetProperty("size").GetInt64()));
        Assert.Equal("", entry.GetProperty("reply").GetString());
        Assert.True(entry.GetProperty("accepted").GetDateTimeOffset() < Now.AddHours(-2) && entry.GetProperty("due").GetDateTimeOffset() > Now);
        Assert.Equal("nothing in the queue fits", (await FineAsync("list", "--older-than", "4h")).Trim());
    }

    [Fact]
    public async Task ListsAQueueOfMoreThanOnePage()
    {
        await PutAsync("alice@example.org", Now, [.. Enumerable.Range(0, 2_300).Select(i => $"u{i}@away.example")]);
        using var list = JsonDocument.Parse(await FineAsync("list", "--json"));
        Assert.Equal(Enumerable.Range(0, 2_300).Select(i => $"u{i}@away.example"), list.RootElement.EnumerateArray().Select(entry => entry.GetProperty("recipient").GetString()));
        Assert.Equal(1_502, Lines(await FineAsync("list", "--limit", "1501")).Length);
        Assert.Equal("held 2300 recipients", (await FineAsync("hold", "--domain", "away.example")).Trim());
    }

    [Fact]
    public async Task CountsByDestinationAndLastReply()
    {
        await PutAsync("alice@example.org", Now.AddHours(-3), "bob@away.example", "carol@away.example", "dave@other.example");
        await DeferAsync(await ClaimAsync("away.example", 1));
        var lines = Lines(await FineAsync("list", "--counts"));
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("450-4.2.1 not now 450 4.2.1 \\u001b[31mcome again", lines[1], StringComparison.Ordinal);
        using var counts = JsonDocument.Parse(await FineAsync("list", "--counts", "--json"));
        Assert.Equal([(2, "away.example", Reply), (1, "other.example", "")], counts.RootElement.EnumerateArray().Select(count =>
            (count.GetProperty("recipients").GetInt32(), count.GetProperty("destination").GetString(), count.GetProperty("reply").GetString())));
        var part = await RunAsync("list", "--counts", "--limit", "1");
        Assert.Equal(2, Lines(part.Fine()).Length);
        Assert.Contains("more than these 1", part.Error, StringComparison.Ordinal);
        await RefusesAsync(2, "--counts counts everything", "list", "--counts", "--domain", "away.example");
    }

    [Fact]
    public async Task ShowsEveryAttemptWithTheReplyInFull()
    {
        var id = await PutAsync("alice@example.org", Now, "bob@away.example", "carol@away.example", "dave@other.example");
        var claimed = await ClaimAsync("away.example", 1);
        await Queue.SettleAsync(new Settlement([Result(claimed.Recipients[0], AttemptOutcome.Deferred), Result(claimed.Recipients[1], AttemptOutcome.Delivered)], []), Never);
        await Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Destination = "other.example" }, Now, Never);

        var text = await FineAsync("show", id.ToString().ToLowerInvariant());
        Assert.DoesNotContain('\u001b', text);
        var lines = Lines(text);
        Assert.Equal($"message {id}", lines[0]);
        Assert.Contains("from <alice@example.org>, accepted ", lines[1], StringComparison.Ordinal);
        var bob = Array.FindIndex(lines, line => line.StartsWith("bob@away.example: waiting until ", StringComparison.Ordinal));
        Assert.EndsWith("for away.example, 1 attempt", lines[bob], StringComparison.Ordinal);
        Assert.EndsWith("Z  deferred (4.2.1)  mx.away.example [192.0.2.1:25], TLSv1.3 TLS_AES_256_GCM_SHA384", lines[bob + 1], StringComparison.Ordinal);
        Assert.Equal(["    450-4.2.1 not now", "    450 4.2.1 \\u001b[31mcome again"], lines[(bob + 2)..(bob + 4)]);
        Assert.Contains("carol@away.example: delivered, not in the queue any more", lines);
        Assert.Contains("dave@other.example: held, for other.example, 0 attempts", lines);

        using var json = JsonDocument.Parse(await FineAsync("show", id.ToString(), "--json"));
        var recipients = json.RootElement.EnumerateArray().ToDictionary(entry => entry.GetProperty("recipient").GetString()!);
        Assert.Equal(["waiting", "delivered", "held"], new[] { "bob@away.example", "carol@away.example", "dave@other.example" }.Select(who => recipients[who].GetProperty("state").GetString()));
        var attempt = Assert.Single(recipients["bob@away.example"].GetProperty("history").EnumerateArray());
        Assert.Equal(["deferred", "mx.away.example", "192.0.2.1:25", "TLSv1.3 TLS_AES_256_GCM_SHA384", "4.2.1", Reply],
            new[] { "outcome", "host", "address", "tls", "status", "reply" }.Select(name => attempt.GetProperty(name).GetString()));
        Assert.True(attempt.GetProperty("at").GetDateTimeOffset() <= Now);

        await Queue.ChangeAsync(QueueChange.Remove, new QueueFilter { Recipient = Address("bob@away.example") }, Now, Never);
        Assert.Contains("bob@away.example: removed, not in the queue any more", await FineAsync("show", id.ToString()), StringComparison.Ordinal);
        await RefusesAsync(1, "nothing is known of", "show", new QueueId(1).ToString());
        await RefusesAsync(2, "not a queue id", "show", "nonsense\u001b");
    }

    [Fact]
    public async Task ChangesWhatIsNamed()
    {
        var id = await PutAsync("alice@example.org", Now, "bob@away.example", "carol@other.example");
        await PutAsync("alice@example.org", Now, "dave@away.example");
        Assert.Equal("held 2 recipients", (await FineAsync("hold", id.ToString())).Trim());
        await ListsAsync(["bob", "carol"], "--state", "held");
        await RefusesAsync(1, "nothing that waits fits", "hold", id.ToString());
        Assert.Equal("released 1 recipient", (await FineAsync("release", "--recipient", "bob@away.example")).Trim());
        await ListsAsync(["carol"], "--state", "held");
        Assert.Equal("removed 1 recipient", (await FineAsync("remove", "--state", "held")).Trim());
        await ListsAsync(["bob", "dave"]);
        await RefusesAsync(1, "nothing that is held fits", "release", "--all");

        var claimed = await ClaimAsync("away.example", 1);
        await DeferAsync(claimed);
        await RefusesAsync(1, "nothing that waits fits", "retry", "--domain", "other.example");
        Assert.Equal("due now: 1 recipient", (await FineAsync("retry", "--id", claimed.Sending.Id.ToString())).Trim());
        Assert.Equal(2, (await Queue.ClaimAsync(new ClaimRequest("away.example", Now, Now.AddHours(1), 10, 10), Never)).Count);
        await RefusesAsync(1, "nothing in the queue fits; 2 recipients being tried just now left alone", "remove", "--all");
        await Queue.LapseAsync(DateTimeOffset.MaxValue, Never);
        Assert.Equal("removed 2 recipients", (await FineAsync("remove", "--all")).Trim());
        await ListsAsync([]);
    }

    [Fact]
    public async Task NothingIsChangedUnlessItIsSaidWhat()
    {
        await PutAsync("alice@example.org", Now, "bob@away.example");
        foreach (var verb in new[] { "retry", "hold", "release", "remove" }) await RefusesAsync(2, "say which", verb);
        await RefusesAsync(2, "--all means everything", "remove", "--all", "--domain", "other.example");
        await RefusesAsync(2, "given twice", "remove", new QueueId(1).ToString(), "--id", new QueueId(2).ToString());
        await RefusesAsync(2, "not a queue id", "remove", "bob@away.example");
        await RefusesAsync(2, "not a sender", "hold", "--sender", "a b");
        await RefusesAsync(2, "not a sender", "hold", "--sender", "");
        await RefusesAsync(2, "not an address", "hold", "--recipient", "bob");
        await RefusesAsync(2, "not a span of time", "hold", "--older-than", "2 weeks");
        await RefusesAsync(2, "lost", "list", "--state", "lost");
        await RefusesAsync(2, "at least 1", "list", "--limit", "0");
        await ListsAsync(["bob"], "--state", "waiting");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task WatchPrintsABlockEachTimeUntilItIsStopped(string signal)
    {
        await PutAsync("alice@example.org", Now, "bob@away.example");
        using var watch = Command.Start(Repository.Program, ["queue", "watch", "--interval", "1s", "--data", Data]);
        var first = await ReadBlockAsync(watch.StandardOutput);
        Assert.EndsWith("1 recipient for 1 destination", first[0], StringComparison.Ordinal);
        Assert.EndsWith("away.example  (not tried yet)", first[2], StringComparison.Ordinal);
        await PutAsync("alice@example.org", Now, "carol@away.example", "dave@other.example");
        await Patience.UntilAsync("the new ones are shown", async () => (await ReadBlockAsync(watch.StandardOutput))[0].EndsWith("3 recipients (+2) for 2 destinations", StringComparison.Ordinal));
        Assert.Equal(0, (await Command.RunAsync("/bin/sh", ["-c", $"kill -{signal} {watch.Id}"])).Status);
        await watch.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(0, watch.ExitCode);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<List<string>> ReadBlockAsync(StreamReader output)
    {
        var block = new List<string>();
        while (await output.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
        {
            if (line.Length == 0) return block;
            block.Add(line);
        }

        throw new EndOfStreamException(string.Join('\n', block));
    }

    private static EmailAddress Address(string text) =>
        EmailAddress.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var address) ? address : throw new ArgumentException(text);

    private static RecipientResult Result(ClaimedRecipient recipient, AttemptOutcome outcome)
    {
        var report = new AttemptReport(Now, "mx.away.example", "192.0.2.1:25", "TLSv1.3 TLS_AES_256_GCM_SHA384", outcome == AttemptOutcome.Deferred ? Reply : "250 2.0.0 taken", "4.2.1");
        return new RecipientResult(recipient.RecipientId, outcome, report, Now.AddHours(1));
    }

    private async Task<QueueId> PutAsync(string sender, DateTimeOffset at, params string[] recipients)
    {
        var sending = new NewSending(new QueueId(++_lastId), MailPath.FromAddressText(sender), [.. recipients.Select(Address).Select(address => new NewQueuedRecipient(address, address.Domain.Name, null))]);
        Assert.Equal(AcceptOutcome.Done, await _store!.Messages.AcceptAsync(new Acceptance(new Text("Subject: x\r\n\r\nhello\r\n"), [], at) { Sendings = [sending] }, Never));
        return sending.Id;
    }

    private async Task<ClaimedSending> ClaimAsync(string destination, int sendings) =>
        Assert.Single(await Queue.ClaimAsync(new ClaimRequest(destination, Now, Now.AddHours(1), sendings, 100), Never));

    private async Task DeferAsync(ClaimedSending claimed) =>
        await Queue.SettleAsync(new Settlement([.. claimed.Recipients.Select(recipient => Result(recipient, AttemptOutcome.Deferred))], []), Never);

    private Task<CommandResult> RunAsync(params string[] arguments) => Command.MerpatiAsync(Data, null, ["queue", .. arguments]);

    private async Task<string> FineAsync(params string[] arguments) => (await RunAsync(arguments)).Fine();

    private async Task RefusesAsync(int status, string line, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.Status == status, $"{string.Join(' ', arguments)}: {result}");
        Assert.StartsWith("merpati: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(line, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Error);
    }

    // As text, by the local parts that stand in the column of recipients, in order.
    private async Task ListsAsync(string[] expected, params string[] filters)
    {
        var lines = Lines(await FineAsync(["list", .. filters]));
        var at = lines[0].IndexOf("recipient", StringComparison.Ordinal);
        Assert.Equal(expected, at < 0 ? [] : lines.Skip(1).Select(line => line[at..line.IndexOf('@', at)]));
    }

    private sealed class Text(string text) : IBodyContent
    {
        public long Length => text.Length;

        public void Read(long offset, Span<byte> destination) => Encoding.ASCII.GetBytes(text).AsSpan((int)offset, destination.Length).CopyTo(destination);
    }
}
