using System.Net;
using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite;

namespace Merpati.Delivery.Tests;

/// <summary>A real store in a folder of its own, with a domain, accounts and the two answers of Delivery over it.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SqliteMailStore? _store;

    public SqliteMailStore Store => _store!;

    public string Spool => Path.Combine(_folder.Path, "data", "spool");

    public static async Task<StoreFixture> CreateAsync(params string[] accounts)
    {
        var fixture = new StoreFixture();
        fixture._store = await SqliteMailStore.OpenAsync(
            new SqliteStoreOptions { DataDirectory = Path.Combine(fixture._folder.Path, "data"), Exclusive = true, ReserveBytes = 0 }, CancellationToken.None);
        foreach (var account in accounts)
        {
            var address = Address(account);
            await fixture.Store.Accounts.AddDomainAsync(address.Domain, CancellationToken.None);
            await fixture.Store.Accounts.AddAccountAsync(new NewAccount(address, "", null), CancellationToken.None);
        }

        return fixture;
    }

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    public AccountDirectory Directory(string? defaultDomain = null, string? postmaster = null)
    {
        Domain? domain = null;
        if (defaultDomain is not null && !Domain.TryParse(defaultDomain, out domain)) throw new FormatException(defaultDomain);
        return new AccountDirectory(Store.Accounts, new DefaultDomain(Store.Accounts, domain), postmaster is null ? null : Address(postmaster));
    }

    public StoreIntake Intake(long maxMessageBytes = 1_000_000) => new(
        Store.Messages, new IntakeOptions { HostName = "mx.example.org", SpoolDirectory = Spool, MaxMessageBytes = maxMessageBytes, MaxHops = 10 }, TimeProvider.System);

    /// <summary>Resolves the recipients and takes a message for them, in pieces of the given size.</summary>
    public async Task<IntakeVerdict> SendAsync(StoreIntake intake, byte[] message, string[] recipients, int piece = 4096)
    {
        await using var incoming = intake.Begin(await EnvelopeAsync(recipients));
        foreach (var part in message.Chunk(piece)) incoming.Append(part);
        return await incoming.CommitAsync(CancellationToken.None);
    }

    public async Task<Envelope> EnvelopeAsync(params string[] recipients)
    {
        var resolved = new List<Recipient>();
        foreach (var recipient in recipients)
        {
            var answer = await Directory().ResolveAsync(new RecipientQuestion(new MailPath(Address(recipient)), MailPath.Null), CancellationToken.None);
            resolved.Add(answer.Recipient ?? throw new InvalidOperationException($"{recipient}: {answer.Standing}"));
        }

        return new Envelope(new MailPath(Address("sender@example.com")), resolved, BodyType.SevenBit, new Origin("client.example.com", IPAddress.Loopback, "ESMTP"));
    }

    /// <summary>Everything in an account's inbox.</summary>
    public async Task<List<byte[]>> ReadAsync(string account)
    {
        var (_, found) = await Store.Accounts.FindAsync(Address(account), CancellationToken.None);
        var messages = new List<byte[]>();
        foreach (var uid in (await Store.Messages.ReadMailboxAsync(found!.InboxId, CancellationToken.None))!.Uids)
        {
            using var reader = await Store.Messages.OpenMessageAsync(found.InboxId, uid, CancellationToken.None);
            using var text = new MemoryStream();
            while (await reader!.ReadAsync(CancellationToken.None) is { IsEmpty: false } part) text.Write(part.Span);
            Assert.Equal(reader.Size, text.Length);
            messages.Add(text.ToArray());
        }

        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
