using Merpati.Dns.Messages;

namespace Merpati.Dns.Cache;

/// <summary>
/// Lets all who ask the same at the same time wait for one answer. A question is given up when the last who waits for it has gone, so that no more
/// questions are under way than there are callers.
/// </summary>
internal sealed class SharedQuestions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DnsQuestion, Flight> _flights = [];
    private readonly HashSet<Flight> _underWay = [];
    private readonly Func<DnsQuestion, CancellationToken, Task<DnsAnswer>> _ask;
    private bool _isClosed;

    public SharedQuestions(Func<DnsQuestion, CancellationToken, Task<DnsAnswer>> ask) => _ask = ask;

    public async ValueTask<DnsAnswer> AskAsync(DnsQuestion question, CancellationToken cancellation)
    {
        var isFirst = false;
        Flight? flight;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(DnsResolver));
            if (!_flights.TryGetValue(question, out flight))
            {
                isFirst = true;
                _flights[question] = flight = new Flight(question);
                _underWay.Add(flight);
            }

            flight.Waiting++;
        }

        if (isFirst) _ = FlyAsync(flight);
        try
        {
            return await flight.Answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            Leave(flight);
        }
    }

    /// <summary>Gives up what is under way, and waits until it is.</summary>
    public async ValueTask CloseAsync()
    {
        Flight[] flights;
        lock (_gate)
        {
            _isClosed = true;
            flights = [.. _underWay];
            _flights.Clear();
            foreach (var flight in flights) flight.IsGivenUp = true;
        }

        foreach (var flight in flights) await flight.Cancellation.CancelAsync();
        foreach (var flight in flights) await ((Task)flight.Answer.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FlyAsync(Flight flight)
    {
        DnsAnswer? answer = null;
        Exception? fault = null;
        try
        {
            answer = await _ask(flight.Question, flight.Cancellation.Token);
        }
        catch (OperationCanceledException) when (flight.Cancellation.IsCancellationRequested)
        {
            // Nobody waits any more, or the resolver is closed.
        }
        catch (Exception bug)
        {
            fault = bug;
        }

        lock (_gate)
        {
            if (!flight.IsGivenUp) _flights.Remove(flight.Question);
            _underWay.Remove(flight);
            flight.IsOver = true;
        }

        if (answer is not null) flight.Answer.TrySetResult(answer);
        else if (fault is not null) flight.Answer.TrySetException(fault);
        else flight.Answer.TrySetCanceled(CancellationToken.None);
    }

    private void Leave(Flight flight)
    {
        lock (_gate)
        {
            if (--flight.Waiting > 0 || flight.IsOver || flight.IsGivenUp) return;
            flight.IsGivenUp = true;
            _flights.Remove(flight.Question);
        }

        flight.Cancellation.Cancel();
    }

    // The source of the cancellation has neither timer nor parent, so that there is nothing in it to dispose of.
    private sealed class Flight(DnsQuestion question)
    {
        public DnsQuestion Question { get; } = question;

        public CancellationTokenSource Cancellation { get; } = new();

        public TaskCompletionSource<DnsAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting { get; set; }

        public bool IsOver { get; set; }

        public bool IsGivenUp { get; set; }
    }
}
