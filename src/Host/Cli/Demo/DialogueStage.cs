using System.Net;
using System.Text;
using Merpati.Auth.Passwords;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Host.Cli.Demo;

/// <summary>A whole mail system that is there for one dialogue only, in a directory of its own, on ports that the system chose.</summary>
internal sealed class DialogueStage : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly IMailStore _store;
    private readonly string _directory;
    private MailServer? _server;

    private DialogueStage(IMailStore store, string directory)
    {
        _store = store;
        _directory = directory;
    }

    /// <summary>Makes what the scene says and starts the server. Throws <see cref="CommandFailure"/> when that cannot be.</summary>
    public static async Task<DialogueStage> SetAsync(Dialogue dialogue, string directory, CancellationToken cancellation)
    {
        var settings = SettingsReader.Read(new SettingSources(directory, null, Assignments(dialogue)) { IncludesEnvironment = false });
        var store = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = directory, Exclusive = true, ReserveBytes = 0 }, cancellation);
        var stage = new DialogueStage(store, directory);
        try
        {
            await stage.FillAsync(dialogue.Scene, cancellation);
            stage._server = await MailServer.StartAsync(store, settings, directory, NullLoggerFactory.Instance, new SceneTime());
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a protocol is spoken.</summary>
    public IPEndPoint EndPointOf(string protocol) => _server!.Listeners.First(listener => listener.Name == protocol).EndPoint;

    /// <summary>What every mailbox holds now.</summary>
    public async Task<IReadOnlyList<MailboxRow>> ReadMailboxesAsync(CancellationToken cancellation)
    {
        var rows = new List<MailboxRow>();
        foreach (var account in await _store.Accounts.ListAccountsAsync(null, cancellation))
        {
            var mailbox = account.Address.ToString();
            var snapshot = await _store.Messages.ReadMailboxAsync(account.InboxId, cancellation) ?? new MailboxSnapshot(0, [], []);
            for (var i = 0; i < snapshot.Uids.Length; i++)
            {
                var (from, subject) = await HeaderPeek.ReadAsync(_store.Messages, account.InboxId, snapshot.Uids[i], cancellation);
                rows.Add(new MailboxRow(mailbox, i + 1, snapshot.Sizes[i], from, subject));
            }

            if (snapshot.Uids.Length == 0) rows.Add(MailboxRow.Empty(mailbox));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync(Grace);
            await _server.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    // Only what is spoken to listens; logins are quick, since these passwords protect nothing.
    private static List<string> Assignments(Dialogue dialogue)
    {
        var spoken = dialogue.Scripts.Select(script => script.Protocol).ToHashSet();
        var listeners = ListenerSettings.Listeners.Select(listener => $"{listener.EndPoints.Key}={(spoken.Contains(listener.Name) ? "127.0.0.1:0" : "off")}");
        return [.. listeners, $"{LoginSettings.Iterations.Key}={PasswordVerifier.MinIterations}", .. dialogue.Scene.Assignments];
    }

    private async Task FillAsync(DialogueScene scene, CancellationToken cancellation)
    {
        foreach (var domain in scene.Domains) Check(await _store.Accounts.AddDomainAsync(domain, cancellation), domain.Name);
        foreach (var account in scene.Accounts) Check(await _store.Accounts.AddAccountAsync(ToBeAdded(account), cancellation), account.Address.ToString());
        foreach (var group in scene.Groups)
        {
            Check(await _store.Addresses.AddGroupAsync(group.Address, GroupVerb.Plain with { Name = group.Name }, cancellation), group.Address.ToString());
            await _store.Addresses.AddMembersAsync(group.Address, group.Members, cancellation);
        }

        foreach (var message in scene.Messages) await PutAsync(message, cancellation);
    }

    private NewAccount ToBeAdded(SceneAccount account)
    {
        var password = Encoding.UTF8.GetBytes(account.Password);
        using var sealer = KeyFolder.OpenSealer(_directory);
        return new NewAccount(account.Address, account.FullName, PasswordVerifier.Create(password, PasswordVerifier.MinIterations).ToString())
        {
            SealedSecret = account.IsLegacy ? sealer.Seal(password, account.Address) : null,
        };
    }

    private async Task PutAsync(SceneMessage message, CancellationToken cancellation)
    {
        var (_, account) = await _store.Accounts.FindAsync(message.Recipient, cancellation);
        if (account is null) throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, message.Recipient)!);
        var acceptance = new Acceptance(message, [new LocalDelivery(account.InboxId, default)], TimeProvider.System.GetUtcNow());
        if (await _store.Messages.AcceptAsync(acceptance, cancellation) != AcceptOutcome.Done) throw new CommandFailure($"a message for {message.Recipient} could not be stored");
        if (message.IsRead && await _store.Messages.ReadMailboxAsync(account.InboxId, cancellation) is { Uids: [.., var newest] })
            await _store.Messages.MarkSeenAsync(account.InboxId, [newest], cancellation);
    }

    private static void Check(ChangeOutcome outcome, string what)
    {
        if (outcome != ChangeOutcome.Done) throw new CommandFailure($"{what} could not be added: {outcome}");
    }
}
