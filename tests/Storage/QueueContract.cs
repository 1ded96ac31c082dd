using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Storage.Contract;

/// <summary>A store with a queue, and short words for what the tests do with it.</summary>
public abstract class QueueContract : StoreContract
{
    private long _lastId = 1000;

    /// <summary>When messages come in, unless a test says otherwise.</summary>
    protected static readonly DateTimeOffset Noon = new(2020, 1, 1, 12, 0, 0, TimeSpan.Zero);

    protected static readonly DateTimeOffset LeaseEnd = Noon.AddMinutes(10);

    protected IQueueStore Queue => Store.Queue;

    protected static QueueFilter Everything { get; } = new();

    protected static string Numbered(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    protected static NewQueuedRecipient To(string address, string? destination = null) =>
        new(Address(address), destination ?? Address(address).Domain.Name, null);

    /// <summary>A sending to addresses, each under its domain.</summary>
    protected NewSending Sending(params string[] recipients) =>
        new(new QueueId(++_lastId), new MailPath(Address("sender@example.org")), [.. recipients.Select(recipient => To(recipient))]);

    protected static Acceptance Carrying(byte[] body, DateTimeOffset at, params NewSending[] sendings) => new(new BytesBody(body), [], at) { Sendings = sendings };

    protected async Task PutAsync(NewSending sending, DateTimeOffset? at = null, byte[]? body = null) =>
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Carrying(body ?? Text("hello\r\n"), at ?? Noon, sending), Never));

    protected Task PutAsync(params string[] recipients) => PutAsync(Sending(recipients));

    protected static ClaimRequest Claim(string destination, DateTimeOffset? now = null, int sendings = 10, int recipients = 100) =>
        new(destination, now ?? Noon, LeaseEnd, sendings, recipients);

    protected async Task<IReadOnlyList<ClaimedSending>> ClaimAsync(string destination, DateTimeOffset? now = null) =>
        await Queue.ClaimAsync(Claim(destination, now), Never);

    /// <summary>Claims the only recipient that is due for a destination.</summary>
    protected async Task<ClaimedRecipient> ClaimOneAsync(string destination, DateTimeOffset? now = null) =>
        Assert.Single(Assert.Single(await ClaimAsync(destination, now)).Recipients);

    protected static string[] Names(IEnumerable<ClaimedSending> claimed) => [.. claimed.SelectMany(sending => sending.Recipients).Select(recipient => recipient.Address.ToString())];

    protected static AttemptReport Report(string reply, DateTimeOffset? at = null) =>
        new(at ?? Noon, "mx.away.example", "192.0.2.1:25", "TLSv1.3 TLS_AES_256_GCM_SHA384", reply, "4.2.0");

    protected static RecipientResult Delivered(long recipient) => new(recipient, AttemptOutcome.Delivered, Report("250 taken"));

    protected static RecipientResult Failed(long recipient) => new(recipient, AttemptOutcome.Failed, Report("550 nobody"));

    protected static RecipientResult Deferred(long recipient, DateTimeOffset due, string reply = "451 later") => new(recipient, AttemptOutcome.Deferred, Report(reply), due);

    protected async Task RecordAsync(params RecipientResult[] results) => await Queue.SettleAsync(new Settlement(results, []), Never);

    protected async Task<IReadOnlyList<QueueEntry>> ListAsync(QueueFilter? filter = null) => await Queue.ListAsync(filter ?? Everything, 0, 1000, Never);

    protected async Task<QueueEntry> OnlyEntryAsync() => Assert.Single(await ListAsync());

    protected async Task<string[]> DueAsync(DateTimeOffset? now = null) =>
        [.. (await Queue.ListDueAsync(now ?? Noon, null, 1000, Never)).Select(due => due.Destination)];

    protected async Task<byte[]?> ReadSendingAsync(long id)
    {
        using var reader = await Queue.OpenAsync(id, Never);
        if (reader is null) return null;
        using var whole = new MemoryStream();
        while (await reader.ReadAsync(Never) is { IsEmpty: false } piece) whole.Write(piece.Span);
        Assert.Equal(reader.Size, whole.Length);
        return whole.ToArray();
    }
}
