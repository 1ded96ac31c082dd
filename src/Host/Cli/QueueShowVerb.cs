using System.CommandLine;
using System.Text.Json;
using Merpati.Host.Composition;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary><c>queue show QUEUEID</c>: the recipients of one message and what was tried for each of them.</summary>
internal static class QueueShowVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("QUEUEID") { Description = "The message's name in 'queue list', in the reply to its sender and in the log." };
        var json = JsonOption.Create();
        var verb = new Command("show", """
            Show the recipients of a message with every attempt: when, with which host, over which TLS, and its reply in full. Those that have left
            the queue are shown too while their attempts are kept.
            """) { id, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var which = QueueText.Id(line.GetRequiredValue(id));
            var recipients = await ReadAsync(store.Queue, which, cancellation);
            if (recipients.Count == 0) throw new CommandFailure($"nothing is known of {which}: it never was in the queue, or has left it long ago");
            if (line.GetValue(json)) await PrintJsonAsync(which, recipients, cancellation);
            else Print(which, recipients);
        }));
        return verb;
    }

    // The entries first: what leaves the queue in between has its last attempt then, and is not taken for removed.
    private static async Task<List<Shown>> ReadAsync(IQueueStore queue, QueueId id, CancellationToken cancellation)
    {
        var entries = new List<QueueEntry>();
        await foreach (var page in QueuePages.ReadAsync(queue, new QueueFilter { Id = id }, cancellation)) entries.AddRange(page.Select(entry => entry with { LastReply = "" }));
        var attempts = (await queue.ReadAttemptsAsync(id, cancellation)).ToLookup(attempt => attempt.RecipientId);
        var inQueue = entries.Select(entry => entry.RecipientId).ToHashSet();
        var shown = entries.ConvertAll(entry => new Shown(entry, entry.Recipient.ToString(), [.. attempts[entry.RecipientId]]));
        shown.AddRange(attempts.Where(of => !inQueue.Contains(of.Key)).Select(of => new Shown(null, of.First().Recipient.ToString(), [.. of])));
        return shown;
    }

    private static void Print(QueueId id, List<Shown> recipients)
    {
        var output = Console.Out;
        output.WriteLine($"message {id}");
        foreach (var sending in recipients.Where(recipient => recipient.Entry is not null).Select(recipient => recipient.Entry!).DistinctBy(entry => (entry.ReversePath.ToString(), entry.Size)))
        {
            output.WriteLine($"from {ControlText.Escape(sending.ReversePath.ToString())}, accepted {QueueText.Time(sending.AcceptedAt)}, {sending.Size} octets");
        }

        foreach (var recipient in recipients)
        {
            output.WriteLine();
            output.WriteLine($"{ControlText.Escape(recipient.Address)}: {Describe(recipient)}");
            foreach (var attempt in recipient.Attempts) Print(output, attempt);
        }
    }

    private static string Describe(Shown recipient)
    {
        if (recipient.Entry is not { } entry) return $"{recipient.State}, not in the queue any more";
        var due = entry.State switch
        {
            QueueState.Waiting => $" until {QueueText.Time(entry.DueAt)}",
            QueueState.Claimed => $" (being tried) until {QueueText.Time(entry.DueAt)} at most",
            _ => "",
        };
        return $"{QueueText.Name(entry.State)}{due}, for {ControlText.Escape(entry.Destination)}, {QueueText.Attempts(entry.Attempts)}";
    }

    private static void Print(TextWriter output, AttemptRecord attempt)
    {
        var report = attempt.Report;
        var host = (report.Host, report.Address) switch
        {
            ("", "") => "no host",
            (var name, "") => name,
            ("", var address) => address,
            var (name, address) => $"{name} [{address}]",
        };
        var tls = report.Address.Length == 0 ? "" : report.Tls.Length == 0 ? ", no TLS" : $", {report.Tls}";
        var status = report.Status.Length == 0 ? "" : $" ({report.Status})";
        output.WriteLine(ControlText.Escape($"  {QueueText.Time(report.At)}  {QueueText.Name(attempt.Outcome)}{status}  {host}{tls}"));
        foreach (var line in report.Reply.Split('\n')) output.WriteLine($"    {ControlText.Escape(line)}".TrimEnd());
    }

    private static async ValueTask PrintJsonAsync(QueueId id, List<Shown> recipients, CancellationToken cancellation)
    {
        await using var json = QueueTable.OpenJson();
        json.WriteStartArray();
        foreach (var recipient in recipients)
        {
            json.WriteStartObject();
            if (recipient.Entry is { } entry)
            {
                QueueTable.WriteMembers(json, entry);
            }
            else
            {
                json.WriteString("id", id.ToString());
                json.WriteString("state", recipient.State);
                json.WriteNumber("attempts", recipient.Attempts.Length);
                json.WriteString("recipient", recipient.Address);
            }

            json.WriteStartArray("history");
            foreach (var attempt in recipient.Attempts) Write(json, attempt);
            json.WriteEndArray();
            json.WriteEndObject();
            await json.FlushAsync(cancellation);
        }

        await QueueTable.EndJsonAsync(json, cancellation);
    }

    private static void Write(Utf8JsonWriter json, AttemptRecord attempt)
    {
        json.WriteStartObject();
        json.WriteString("at", attempt.Report.At);
        json.WriteString("outcome", QueueText.Name(attempt.Outcome));
        json.WriteString("host", attempt.Report.Host);
        json.WriteString("address", attempt.Report.Address);
        json.WriteString("tls", attempt.Report.Tls);
        json.WriteString("status", attempt.Report.Status);
        json.WriteString("reply", attempt.Report.Reply);
        json.WriteEndObject();
    }

    /// <summary>A recipient; without an entry it has left the queue.</summary>
    private sealed record Shown(QueueEntry? Entry, string Address, AttemptRecord[] Attempts)
    {
        /// <summary>How it stands, or how it left: what was put off and is gone was removed by hand.</summary>
        public string State => Entry is not null ? QueueText.Name(Entry.State) : Attempts[^1].Outcome == AttemptOutcome.Deferred ? "removed" : QueueText.Name(Attempts[^1].Outcome);
    }
}
