using System.Text;
using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite;

namespace Merpati.Delivery.Tests;

/// <summary>A real store in a folder of its own, with a domain, accounts and the two answers of Delivery over it.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SqliteMailStore? _store;

    public SqliteMailStore Store => _store!;

    public string Spool => Path.Combine(_folder.Path, "data", "spool");

    public static Task<StoreFixture> CreateAsync(params string[] accounts) => CreateAsync(TimeProvider.System, accounts);

    public static async Task<StoreFixture> CreateAsync(TimeProvider time, params string[] accounts)
    {
        var fixture = new StoreFixture();
        fixture._store = await SqliteMailStore.OpenAsync(
            new SqliteStoreOptions { DataDirectory = Path.Combine(fixture._folder.Path, "data"), Exclusive = true, ReserveBytes = 0, TimeProvider = time }, CancellationToken.None);
        foreach (var account in accounts)
        {
            var address = Address(account);
            await fixture.Store.Accounts.AddDomainAsync(address.Domain, CancellationToken.None);
            await fixture.Store.Accounts.AddAccountAsync(new NewAccount(address, "", null), CancellationToken.None);
        }

        return fixture;
    }

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    public TerminalHub Terminals { get; } = new();

    public LogLines Log { get; } = new();

    public MailDirectory Directory(string? defaultDomain = null, string? postmaster = null, string separator = "+")
    {
        Domain? domain = null;
        if (defaultDomain is not null && !Domain.TryParse(defaultDomain, out domain)) throw new FormatException(defaultDomain);
        var options = new RoutingOptions { Postmaster = postmaster is null ? null : Address(postmaster), DetailSeparator = separator };
        return new MailDirectory(Store.Accounts, Store.Addresses, new DefaultDomain(Store.Accounts, domain), Terminals, options);
    }

    public StoreIntake Intake(long maxMessageBytes = 1_000_000, IMessageStore? messages = null) => new(
        new IntakeSurroundings(messages ?? Store.Messages, Directory(), Terminals, TimeProvider.System, Log),
        new IntakeOptions { HostName = "mx.example.org", SpoolDirectory = Spool, MaxMessageBytes = maxMessageBytes, MaxHops = 10 });

    /// <summary>Resolves the recipients and takes a message for them, in pieces of the given size.</summary>
    public Task<IntakeVerdict> SendAsync(StoreIntake intake, byte[] message, string[] recipients, int piece = 4096) =>
        new Sending(this, recipients) { Intake = intake }.SendAsync(message, piece);

    public Task<Envelope> EnvelopeAsync(params string[] recipients) => new Sending(this, recipients).EnvelopeAsync();

    public async Task<RecipientStanding> StandingAsync(string recipient) => await new Sending(this, recipient).StandingAsync();

    public async Task<Submitter> SubmitterAsync(string account) => new(await AccountIdAsync(account), Address(account));

    public async Task<long> AccountIdAsync(string account) => (await Store.Accounts.FindAsync(Address(account), CancellationToken.None)).Account!.Id;

    public async Task AliasAsync(string alias, params string[] targets) =>
        Assert.Equal(ChangeOutcome.Done, await Store.Addresses.AddAliasAsync(Address(alias), Addresses(targets), CancellationToken.None));

    public async Task ForwardAsync(string old, string target, ForwardMode mode) =>
        Assert.Equal(ChangeOutcome.Done, await Store.Addresses.AddForwardAsync(Address(old), Address(target), mode, CancellationToken.None));

    public Task GroupAsync(string group, params string[] members) => GroupAsync(group, new GroupSettings("", PostingPolicy.Anyone, [], true), members);

    public async Task GroupAsync(string group, GroupSettings settings, params string[] members)
    {
        Assert.Equal(ChangeOutcome.Done, await Store.Addresses.AddGroupAsync(Address(group), settings, CancellationToken.None));
        if (members.Length > 0) await JoinAsync(group, members);
    }

    public async Task JoinAsync(string group, params string[] members) =>
        Assert.Equal(members.Length, await Store.Addresses.AddMembersAsync(Address(group), Addresses(members), CancellationToken.None));

    public async Task CatchAllAsync(string domain, string? target)
    {
        Assert.True(Domain.TryParse(domain, out var name));
        var settings = new DomainSettings(target is null ? null : Address(target), null, null);
        Assert.Equal(ChangeOutcome.Done, await Store.Addresses.SetDomainAsync(name, settings, CancellationToken.None));
    }

    public async Task SetAsync(string account, long? quota = null, bool acceptsTerminal = true) =>
        Assert.Equal(ChangeOutcome.Done, await Store.Addresses.SetAccountAsync(Address(account), new AccountSettings(quota, acceptsTerminal), CancellationToken.None));

    public async Task DisableAsync(string account, bool disabled = true) =>
        Assert.Equal(ChangeOutcome.Done, await Store.Accounts.SetDisabledAsync(Address(account), disabled, CancellationToken.None));

    public async Task RemoveAsync(string account) =>
        Assert.Equal(ChangeOutcome.Done, await Store.Accounts.RemoveAccountAsync(Address(account), CancellationToken.None));

    /// <summary>What is in an account's inbox, as text.</summary>
    public async Task<List<string>> ReadTextAsync(string account) => [.. (await ReadAsync(account)).Select(Encoding.Latin1.GetString)];

    private static List<EmailAddress> Addresses(string[] texts) => [.. texts.Select(Address)];

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
