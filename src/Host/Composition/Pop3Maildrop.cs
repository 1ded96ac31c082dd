using Merpati.Delivery.Collecting;
using Merpati.Mail.Envelopes;
using Merpati.Pop3.Client;
using Merpati.Wire.Lines;

namespace Merpati.Host.Composition;

/// <summary>A maildrop on another server, open by POP3.</summary>
internal sealed class Pop3Maildrop : IRemoteMaildrop
{
    private readonly Pop3Connection _connection;
    private readonly MaildropUrl _url;

    public Pop3Maildrop(Pop3Connection connection, MaildropUrl url, Origin origin)
    {
        _connection = connection;
        _url = url;
        Origin = origin;
    }

    public Origin Origin { get; }

    private Pop3Client Client => _connection.Client;

    public async ValueTask<(IReadOnlyList<RemoteMessage> Messages, RemoteFault? Fault)> ListAsync(CancellationToken cancellation)
    {
        var (listing, step) = await Client.ListAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (listing is null) return ([], Pop3Faults.Of(step, _url));
        var messages = new RemoteMessage[listing.Count];
        for (var i = 0; i < messages.Length; i++) messages[i] = new RemoteMessage(listing[i].Number, listing[i].Octets, listing[i].UniqueId);
        return (messages, null);
    }

    public async ValueTask<RemoteFault?> RetrieveAsync(IReadOnlyList<RemoteMessage> messages, IRemoteReceiver receiver, CancellationToken cancellation)
    {
        var step = await Client.RetrieveAsync([.. messages.Select(message => message.Number)], new Receiver(messages, receiver), cancellation);
        cancellation.ThrowIfCancellationRequested();
        return Client.Ending is null ? null : Pop3Faults.Of(step, _url);
    }

    public async ValueTask<(IReadOnlyCollection<int> Refused, RemoteFault? Fault)> DeleteAsync(IReadOnlyList<int> numbers, CancellationToken cancellation)
    {
        var deletion = await Client.DeleteAsync(numbers, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return (deletion.Refused, deletion.Step.IsDone ? null : Pop3Faults.Of(deletion.Step, _url));
    }

    public async ValueTask<RemoteFault?> QuitAsync(CancellationToken cancellation)
    {
        var step = await Client.QuitAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        return step.IsDone ? null : Pop3Faults.Of(step, _url);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private sealed class Receiver(IReadOnlyList<RemoteMessage> messages, IRemoteReceiver receiver) : IPop3Receiver, IOctetSink
    {
        private int _at; // the message that is to come next, or comes
        private bool _hasBegun;

        public ValueTask<IOctetSink> BeginAsync(int number, CancellationToken cancellation)
        {
            _hasBegun = true;
            receiver.Begin(messages[_at]);
            return new ValueTask<IOctetSink>(this);
        }

        public void Append(ReadOnlySpan<byte> octets) => receiver.Append(octets);

        public async ValueTask<bool> EndAsync(Pop3Retrieval retrieval, CancellationToken cancellation)
        {
            var isAnswer = retrieval.Step.Outcome is Pop3Outcome.Done or Pop3Outcome.TooLarge || retrieval.Step.Reply is { IsPositive: false };
            if (!isAnswer) return false; // cut off: the session is over
            if (!_hasBegun) receiver.Begin(messages[_at]);
            _hasBegun = false;
            _at++;
            return await receiver.EndAsync(retrieval.Step.IsDone ? null : retrieval.Step.Text);
        }
    }
}
