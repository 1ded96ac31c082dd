using System.CommandLine;
using System.Globalization;
using Merpati.Host.Composition;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Messages;

namespace Merpati.Host.Cli;

/// <summary><c>mailbox list|show|export ADDRESS</c>: what an account's mailbox holds, seen by the administrator.</summary>
internal static class MailboxVerb
{
    public static Command Create() => new("mailbox", "List, show and export the messages of an account.") { List(), Show(), Export() };

    private static Command List()
    {
        var address = Arguments.AddressArgument();
        var json = JsonOption.Create();
        var verb = new Command("list", "List the messages in an account's inbox, oldest first.") { address, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var account = await FindAsync(store, line.GetRequiredValue(address), cancellation);
            var listing = new Listing("uid", "octets", "received", "flags", "from", "subject");
            var snapshot = await store.Messages.ReadMailboxAsync(account.InboxId, cancellation);
            foreach (var uid in snapshot?.Uids ?? [])
            {
                if (await store.Messages.FindEntryAsync(account.InboxId, uid, cancellation) is not { } entry) continue; // removed meanwhile
                var header = await HeaderPeek.ReadAsync(store.Messages, account.InboxId, uid, cancellation);
                listing.Add(entry.Uid, entry.Size, entry.InternalDate.ToUniversalTime(), entry.Flags == 0 ? "" : entry.Flags.ToString(), header.From, header.Subject);
            }

            listing.Print(Console.Out, line.GetValue(json), $"{account.Address} has no messages");
        }));
        return verb;
    }

    private static Command Show()
    {
        var address = Arguments.AddressArgument();
        var uid = new Argument<uint?>("UID") { Description = "A message's UID, from 'mailbox list'. Without it, the mailboxes and their counts are shown.", Arity = ArgumentArity.ZeroOrOne };
        var json = JsonOption.Create();
        var verb = new Command("show", "Show an account's mailboxes, or one message as it is kept, octet for octet.") { address, uid, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var account = await FindAsync(store, line.GetRequiredValue(address), cancellation);
            if (line.GetValue(uid) is { } number)
            {
                using var output = Console.OpenStandardOutput();
                if (!await CopyAsync(store.Messages, (account.InboxId, number), output, cancellation)) throw new CommandFailure($"{account.Address} has no message {number}");
                return;
            }

            var listing = new Listing("mailbox", "messages", "octets", "uidvalidity", "uidnext", "highestmodseq");
            foreach (var mailbox in await store.Messages.ListMailboxesAsync(account.Id, cancellation))
            {
                listing.Add(mailbox.Name, mailbox.Messages, mailbox.Octets, mailbox.UidValidity, mailbox.UidNext, mailbox.HighestModSeq);
            }

            listing.Print(Console.Out, line.GetValue(json), $"{account.Address} has no mailboxes");
        }));
        return verb;
    }

    private static Command Export()
    {
        var address = Arguments.AddressArgument();
        var target = new Option<DirectoryInfo>("--to") { Description = "The directory for the .eml files; made when it is missing.", HelpName = "DIR", Required = true };
        var verb = new Command("export", "Write every message of an account's inbox into a file of its own, UID.eml, octet for octet.") { address, target };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var account = await FindAsync(store, line.GetRequiredValue(address), cancellation);
            var directory = line.GetRequiredValue(target);
            directory.Create();
            var uids = (await store.Messages.ReadMailboxAsync(account.InboxId, cancellation))?.Uids ?? [];
            using var progress = new ProgressLine("exporting", TimeProvider.System);
            for (var i = 0; i < uids.Length; i++)
            {
                var path = Path.Combine(directory.FullName, string.Create(CultureInfo.InvariantCulture, $"{uids[i]:D10}.eml"));
                await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write))
                {
                    await CopyAsync(store.Messages, (account.InboxId, uids[i]), file, cancellation);
                }

                progress.Report((i + 1.0) / uids.Length);
            }

            progress.Dispose();
            Console.Out.WriteLine($"exported {uids.Length} messages to {directory.FullName}");
        }));
        return verb;
    }

    private static async Task<bool> CopyAsync(IMessageStore messages, (long Mailbox, uint Uid) which, Stream output, CancellationToken cancellation)
    {
        using var reader = await messages.OpenMessageAsync(which.Mailbox, which.Uid, cancellation);
        if (reader is null) return false;
        while (await reader.ReadAsync(cancellation) is { IsEmpty: false } piece) await output.WriteAsync(piece, cancellation);
        await output.FlushAsync(cancellation);
        return true;
    }

    private static async ValueTask<Account> FindAsync(IMailStore store, string text, CancellationToken cancellation)
    {
        var address = Arguments.Address(text);
        var (_, account) = await store.Accounts.FindAsync(address, cancellation);
        return account ?? throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, address)!);
    }
}
