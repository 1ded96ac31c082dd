using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

/// <summary>A store that is opened before each test and checked against itself after it.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private StoreHome? _home;
    private IMailStore? _store;

    protected static CancellationToken Never => CancellationToken.None;

    protected IMailStore Store => _store!;

    protected IAccountStore Accounts => Store.Accounts;

    protected IAddressStore Addresses => Store.Addresses;

    protected IMessageStore Messages => Store.Messages;

    protected ICollectStore Collecting => Store.Collecting;

    public async ValueTask InitializeAsync()
    {
        _home = CreateHome();
        _store = await _home.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_store is not null)
        {
            var findings = await _store.VerifyAsync(null, Never);
            await _store.DisposeAsync();
            Assert.Empty(findings);
        }

        if (_home is not null) await _home.DisposeAsync();
    }

    protected static EmailAddress Address(string text) =>
        EmailAddress.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var address) ? address : throw new ArgumentException(text);

    protected static Domain Domain(string text) => Mail.Addresses.Domain.TryParse(text, out var domain) ? domain : throw new ArgumentException(text);

    protected static Acceptance Message(byte[] body, params long[] mailboxes) =>
        new(new BytesBody(body), [.. mailboxes.Select(mailbox => new LocalDelivery(mailbox, ReadOnlyMemory<byte>.Empty))], DateTimeOffset.UnixEpoch.AddDays(20_000));

    protected static EmailAddress[] AddressList(params string[] texts) => [.. texts.Select(Address)];

    protected static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Octets that differ from place to place, so that a piece that is missing or in the wrong place is noticed.</summary>
    protected static byte[] Pattern(int length, int seed = 1)
    {
        var octets = new byte[length];
        var state = (uint)seed;
        for (var i = 0; i < length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            octets[i] = (byte)(state >> 24);
        }

        return octets;
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await _home!.OpenAsync();
    }

    protected ValueTask<IMailStore> OpenBesideAsync() => _home!.OpenBesideAsync();

    protected Task SettleAsync() => _home!.SettleAsync(Store);

    /// <summary>Adds an account, with its domain when that is missing, and returns its inbox.</summary>
    protected async Task<long> AddInboxAsync(string address)
    {
        await Accounts.AddDomainAsync(Address(address).Domain, Never);
        Assert.Equal(ChangeOutcome.Done, await Accounts.AddAccountAsync(new NewAccount(Address(address), "", null), Never));
        return (await Accounts.FindAsync(Address(address), Never)).Account!.InboxId;
    }

    protected async Task<byte[]?> ReadAsync(long mailbox, uint uid)
    {
        using var reader = await Messages.OpenMessageAsync(mailbox, uid, Never);
        if (reader is null) return null;
        using var whole = new MemoryStream();
        while (await reader.ReadAsync(Never) is { IsEmpty: false } piece) whole.Write(piece.Span);
        Assert.Equal(reader.Size, whole.Length);
        return whole.ToArray();
    }

    protected async Task<uint[]> UidsAsync(long mailbox) => (await Messages.ReadMailboxAsync(mailbox, Never))!.Uids;

    protected async Task AssertUidsAsync(long mailbox, params uint[] expected)
    {
        var uids = await UidsAsync(mailbox);
        Assert.Equal(expected, uids);
    }

    protected async Task AssertTextAsync(byte[] expected, long mailbox, uint uid)
    {
        var text = await ReadAsync(mailbox, uid);
        Assert.NotNull(text);
        Assert.True(expected.AsSpan().SequenceEqual(text));
    }

    protected abstract StoreHome CreateHome();

    protected sealed class BytesBody(byte[] octets) : IBodyContent
    {
        public long Length => octets.Length;

        public void Read(long offset, Span<byte> destination) => octets.AsSpan((int)offset, destination.Length).CopyTo(destination);
    }

    protected sealed class FailingBody(long length) : IBodyContent
    {
        public long Length => length;

        public void Read(long offset, Span<byte> destination) => throw new IOException("the spool is gone");
    }

    /// <summary>Says when it is read, and waits until the gate opens: meanwhile the writer is busy, and whoever comes waits to be taken together.</summary>
    protected sealed class SlowBody(ManualResetEventSlim gate, ManualResetEventSlim entered) : IBodyContent
    {
        public long Length => 1;

        public void Read(long offset, Span<byte> destination)
        {
            entered.Set();
            gate.Wait(CancellationToken.None);
            destination.Fill((byte)'s');
        }
    }
}
