using System.Net;
using System.Text;
using Merpati.Delivery.Collecting;
using Merpati.Mail.Envelopes;

namespace Merpati.Delivery.Tests;

/// <summary>A message in a scripted maildrop.</summary>
internal sealed record ScriptedMessage(string? UniqueId, byte[] Text)
{
    public ScriptedMessage(string? uniqueId, string text)
        : this(uniqueId, Encoding.Latin1.GetBytes(text))
    {
    }

    /// <summary>The size that the server claims; null for the true one.</summary>
    public long? Claimed { get; init; }

    /// <summary>What the server says when it is asked for it, in place of it.</summary>
    public string? Refusal { get; init; }
}

/// <summary>A server whose maildrop a test scripts: what it holds, and where its sessions break.</summary>
internal sealed class ScriptedServer : IRemoteMaildrops
{
    private static readonly RemoteFault Cut = new(RemoteFailure.Lost, "old.example.net: the connection was lost");

    public List<ScriptedMessage> Messages { get; set; } = [];

    /// <summary>What opening it comes to; null when it opens.</summary>
    public RemoteFault? OpenFault { get; set; }

    /// <summary>The message, counted from 1, in the middle of which the next session breaks; 0 for none.</summary>
    public int CutIn { get; set; }

    /// <summary>Whether the next session breaks at DELE.</summary>
    public bool CutsAtDelete { get; set; }

    /// <summary>Whether the next session breaks at QUIT, and whether the messages go all the same.</summary>
    public (bool Cuts, bool Removes) AtQuit { get; set; } = (false, true);

    /// <summary>What QUIT is answered when it says no.</summary>
    public RemoteFault? QuitFault { get; set; }

    /// <summary>Numbers that are not marked.</summary>
    public HashSet<int> Undeletable { get; } = [];

    /// <summary>Told before a message ends, by its number.</summary>
    public Func<int, Task>? BeforeEnd { get; set; }

    public int Sessions { get; private set; }

    public int OpenNow { get; private set; }

    public int MostAtOnce { get; private set; }

    public List<string> Retrieved { get; } = [];

    public RemoteLogin? LastLogin { get; private set; }

    public ValueTask<(IRemoteMaildrop? Maildrop, RemoteFault? Fault)> OpenAsync(RemoteLogin login, CancellationToken cancellation)
    {
        lock (Retrieved)
        {
            Sessions++;
            LastLogin = login;
            if (OpenFault is not null) return new((null, OpenFault));
            MostAtOnce = Math.Max(MostAtOnce, ++OpenNow);
            return new((new Session(this), null));
        }
    }

    private sealed class Session(ScriptedServer server) : IRemoteMaildrop
    {
        private readonly List<ScriptedMessage> _listing = [.. server.Messages];
        private readonly HashSet<int> _marked = [];

        public Origin Origin { get; } = new("old.example.net", IPAddress.Parse("192.0.2.7"), "POP3S");

        public ValueTask<(IReadOnlyList<RemoteMessage> Messages, RemoteFault? Fault)> ListAsync(CancellationToken cancellation) =>
            new(([.. _listing.Select((message, at) => new RemoteMessage(at + 1, message.Claimed ?? message.Text.Length, message.UniqueId))], null));

        public async ValueTask<RemoteFault?> RetrieveAsync(IReadOnlyList<RemoteMessage> messages, IRemoteReceiver receiver, CancellationToken cancellation)
        {
            foreach (var message in messages)
            {
                cancellation.ThrowIfCancellationRequested();
                var scripted = _listing[message.Number - 1];
                receiver.Begin(message);
                if (scripted.Refusal is null)
                {
                    lock (server.Retrieved) server.Retrieved.Add(scripted.UniqueId ?? "");
                    if (server.CutIn == message.Number)
                    {
                        receiver.Append(scripted.Text.AsSpan(0, scripted.Text.Length / 2));
                        server.CutIn = 0;
                        return Cut;
                    }

                    foreach (var piece in scripted.Text.Chunk(50_000)) receiver.Append(piece);
                }

                if (server.BeforeEnd is { } before) await before(message.Number).WaitAsync(cancellation);
                cancellation.ThrowIfCancellationRequested();
                if (!await receiver.EndAsync(scripted.Refusal)) return null;
            }

            return null;
        }

        public ValueTask<(IReadOnlyCollection<int> Refused, RemoteFault? Fault)> DeleteAsync(IReadOnlyList<int> numbers, CancellationToken cancellation)
        {
            if (server.CutsAtDelete)
            {
                server.CutsAtDelete = false;
                return new(([], Cut));
            }

            _marked.UnionWith(numbers.Where(number => !server.Undeletable.Contains(number)));
            return new(([.. numbers.Where(server.Undeletable.Contains)], null));
        }

        public ValueTask<RemoteFault?> QuitAsync(CancellationToken cancellation)
        {
            if (server.QuitFault is { } fault) return new(fault);
            var (cuts, removes) = server.AtQuit;
            server.AtQuit = (false, true);
            if (removes) server.Messages.RemoveAll(message => _listing.IndexOf(message) is var at && _marked.Contains(at + 1));
            return new(cuts ? Cut : null);
        }

        public ValueTask DisposeAsync()
        {
            lock (server.Retrieved) server.OpenNow--;
            return default;
        }
    }
}
