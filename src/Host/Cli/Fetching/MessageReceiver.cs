using System.Globalization;
using Merpati.Pop3.Client;
using Merpati.Wire.Lines;

namespace Merpati.Host.Cli.Fetching;

/// <summary>
/// Takes messages in the order in which they were asked for, each by the entry that the server has listed for it. One that is far larger than it was said to be ends the run
/// with a <see cref="CommandFailure"/>: a server must not fill the disk here.
/// </summary>
internal abstract class MessageReceiver : IPop3Receiver, IOctetSink
{
    private const long Slack = 1024 * 1024; // octets; sizes are not always counted exactly, and a header may be rewritten on its way

    private readonly IReadOnlyList<Pop3Entry> _wanted;
    private int _at;
    private long _allowed;
    private long _came;

    protected MessageReceiver(IReadOnlyList<Pop3Entry> wanted) => _wanted = wanted;

    /// <summary>How many messages have been answered.</summary>
    protected int Answered => _at;

    public ValueTask<IOctetSink> BeginAsync(int number, CancellationToken cancellation)
    {
        var entry = _wanted[_at];
        _came = 0;
        _allowed = (Math.Min(entry.Octets, long.MaxValue / 8) * 2) + Slack;
        Begin(entry);
        return new ValueTask<IOctetSink>(this);
    }

    public void Append(ReadOnlySpan<byte> octets)
    {
        _came += octets.Length;
        if (_came > _allowed) throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"message {_wanted[_at].Number} goes on and on: the server listed it with {_wanted[_at].Octets} octets, and more than {_allowed} came"));
        Take(octets);
    }

    public ValueTask<bool> EndAsync(Pop3Retrieval retrieval, CancellationToken cancellation)
    {
        var entry = _wanted[_at];
        if (retrieval.Step.IsDone)
        {
            _at++;
            return new ValueTask<bool>(End(entry, retrieval.Octets));
        }

        // Without a reply that says no it was cut off, and the session is over.
        if (retrieval.Step.Reply is not { IsPositive: false }) return new ValueTask<bool>(false);
        _at++;
        return new ValueTask<bool>(Refuse(entry, retrieval.Step.Text));
    }

    /// <summary>A message begins.</summary>
    protected abstract void Begin(Pop3Entry entry);

    /// <summary>Takes the next octets of it.</summary>
    protected abstract void Take(ReadOnlySpan<byte> octets);

    /// <summary>It has come whole. False when no more are wanted.</summary>
    protected abstract bool End(Pop3Entry entry, long octets);

    /// <summary>The server does not hand it out. False when no more are wanted.</summary>
    protected abstract bool Refuse(Pop3Entry entry, string reason);
}
