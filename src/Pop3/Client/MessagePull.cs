using Merpati.Wire.Lines;

namespace Merpati.Pop3.Client;

/// <summary>Has messages sent, one by one or several ahead of their replies (RFC 2449 §6.6), and hands them on. Single use.</summary>
internal sealed class MessagePull(Pop3Dialogue dialogue)
{
    /// <summary>One message, by RETR or TOP.</summary>
    public async Task<Pop3Retrieval> RunAsync(int number, string command, IOctetSink sink, CancellationToken cancellation)
    {
        var step = await dialogue.AskAsync(command, dialogue.Options.Timeouts.Command, cancellation);
        if (!step.IsDone || dialogue.Ending is not null) return new Pop3Retrieval(number, step, 0);
        return await ReadMessageAsync(number, step, sink, cancellation);
    }

    /// <summary>As many as are given, and wanted, each by the command that <paramref name="command"/> makes of its number.</summary>
    public async Task<Pop3Step> RunAsync(IReadOnlyList<int> numbers, Func<int, string> command, IPop3Receiver receiver, int window, CancellationToken cancellation)
    {
        if (await dialogue.ListenAsync(cancellation) is { } ended) return ended;
        var asked = 0;
        var wanted = numbers.Count;
        IPop3Receiver? taking = receiver;
        for (var answered = 0; answered < wanted; answered++)
        {
            if (asked - answered <= window / 2)
            {
                for (; asked < wanted && asked - answered < window; asked++) dialogue.Write(command(numbers[asked]));
            }

            if (await NextAsync(numbers[answered], taking, cancellation)) continue;
            if (dialogue.Ending is not null) return dialogue.Ending;
            taking = null;
            wanted = asked;
        }

        return dialogue.Ending ?? Pop3Step.AllAnswered;
    }

    // False when there is nothing more to ask for.
    private async ValueTask<bool> NextAsync(int number, IPop3Receiver? receiver, CancellationToken cancellation)
    {
        var step = await dialogue.ReadAsync(dialogue.Options.Timeouts.Command, cancellation);
        if (dialogue.Ending is not null) return false;
        try
        {
            var retrieval = new Pop3Retrieval(number, step, 0);
            if (step.IsDone)
            {
                var sink = receiver is null ? Nowhere.Instance : await receiver.BeginAsync(number, cancellation);
                retrieval = await ReadMessageAsync(number, step, sink, cancellation);
            }

            var goesOn = receiver is null || await receiver.EndAsync(retrieval, cancellation);
            return goesOn && dialogue.Ending is null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            dialogue.End(Pop3Outcome.Cancelled, "cancelled");
            return false;
        }
        catch
        {
            // Where the dialogue stands nobody knows.
            if (dialogue.Ending is null) dialogue.End(Pop3Outcome.Lost, "what the server sent could not be taken");
            throw;
        }
    }

    private async ValueTask<Pop3Retrieval> ReadMessageAsync(int number, Pop3Step step, IOctetSink sink, CancellationToken cancellation)
    {
        var taker = new MessageTaker(sink, dialogue.Options.MaxMessageOctets);
        var ended = await dialogue.ReadTextAsync(taker, cancellation);
        if (ended is null && taker.IsTooLarge) ended = new Pop3Step(Pop3Outcome.TooLarge, step.Reply, taker.Reason);
        return new Pop3Retrieval(number, ended ?? step, taker.Octets);
    }

    private sealed class Nowhere : IOctetSink
    {
        public static readonly Nowhere Instance = new();

        public void Append(ReadOnlySpan<byte> octets)
        {
            // Nobody wants it.
        }
    }
}
