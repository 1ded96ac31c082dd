using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Addresses;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Tests;

/// <summary>What a fake host was given: the message and those it took it for.</summary>
internal sealed record Taken(string Host, string ReversePath, string[] Recipients, string Text, NewSending Sending);

/// <summary>Hosts and a way to them that do what a test says; where it says nothing, every domain has one host that takes everything.</summary>
internal sealed class FakeHosts : INextHosts, ITransport
{
    private readonly ConcurrentQueue<Taken> _taken = [];
    private int _connected;
    private int _open;

    /// <summary>The host names of a domain, or why there are none.</summary>
    public Func<Domain, RelayRoute, NextHosts>? Find { get; set; }

    /// <summary>Why a host cannot be reached; null when it can.</summary>
    public Func<NextHost, HostFailure?> Refuse { get; set; } = _ => null;

    /// <summary>The code and text that a host answers for a recipient.</summary>
    public Func<string, ClaimedSending, ClaimedRecipient, string> Answer { get; set; } = (_, _, _) => "250 2.0.0 ok";

    /// <summary>What happens while a host has the message.</summary>
    public Func<string, ClaimedSending, CancellationToken, Task> Meanwhile { get; set; } = (_, _, _) => Task.CompletedTask;

    public bool KnowsNotices { get; set; }

    public int MostAtOnce { get; private set; }

    public int Connected => _connected;

    public IReadOnlyList<Taken> Taken => [.. _taken];

    public static NextHosts Named(params string[] names) => new([.. names.Select(name => new NextHost(name, new IPEndPoint(IPAddress.Loopback, 25)))], null);

    public ValueTask<NextHosts> FindAsync(Domain domain, RelayRoute route, CancellationToken cancellation) =>
        new(Find?.Invoke(domain, route) ?? Named(route.Host?.Name ?? $"mx.{domain.Name}"));

    public ValueTask<NextHosts> FindFallbackAsync(RelayHost fallback, CancellationToken cancellation) => new(Named(fallback.Name));

    public ValueTask<(ITransportSession? Session, HostFailure? Failure)> ConnectAsync(NextHost host, RelayRoute route, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _connected);
        if (Refuse(host) is { } failure) return new((null, failure));
        lock (_taken) MostAtOnce = Math.Max(MostAtOnce, ++_open);
        return new((new Session(this, host.Name), null));
    }

    private sealed class Session(FakeHosts hosts, string host) : ITransportSession
    {
        public bool IsUsable { get; private set; } = true;

        public async ValueTask<CarryOutcome> CarryAsync(ClaimedSending sending, IMessageReader text, CancellationToken cancellation)
        {
            using var read = new MemoryStream();
            while (await text.ReadAsync(cancellation) is { IsEmpty: false } piece) read.Write(piece.Span);
            await hosts.Meanwhile(host, sending, cancellation);
            var results = new List<CarryResult>();
            var taken = new List<string>();
            foreach (var recipient in sending.Recipients)
            {
                var answer = hosts.Answer(host, sending, recipient);
                if (answer == "lost")
                {
                    IsUsable = false;
                    var lost = sending.Recipients.Select(each => new CarryResult(each.RecipientId, AttemptOutcome.Deferred, Report("connection lost", "4.4.2")) { MayTryNextHost = true });
                    return new CarryOutcome([.. lost], Lost: true);
                }

                var outcome = answer[0] switch { '2' => AttemptOutcome.Delivered, '4' => AttemptOutcome.Deferred, _ => AttemptOutcome.Failed };
                if (outcome == AttemptOutcome.Delivered) taken.Add(recipient.Address.ToString());
                results.Add(new CarryResult(recipient.RecipientId, outcome, Report(answer, answer[4..9]))
                {
                    MayTryNextHost = outcome == AttemptOutcome.Deferred,
                    NoticesPassedOn = hosts.KnowsNotices,
                });
            }

            if (taken.Count > 0) hosts._taken.Enqueue(new Taken(host, sending.Sending.ReversePath.ToString(), [.. taken], Encoding.Latin1.GetString(read.ToArray()), sending.Sending));
            return new CarryOutcome(results);
        }

        public ValueTask DisposeAsync()
        {
            lock (hosts._taken) hosts._open--;
            return default;
        }

        private AttemptReport Report(string reply, string status) => new(DateTimeOffset.UnixEpoch, host, "127.0.0.1:25", "", reply, status);
    }
}
