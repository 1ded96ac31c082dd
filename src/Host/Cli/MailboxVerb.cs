using System.CommandLine;
using Merpati.Host.Cli.Saving;
using Merpati.Host.Composition;
using Merpati.Storage;
using Merpati.Storage.Accounts;

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
                if (!await MailboxExport.CopyAsync(store.Messages, (account.InboxId, number), output, cancellation)) throw new CommandFailure($"{account.Address} has no message {number}");
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
        var target = new Option<string>("--to") { Description = "The directory for the .eml files, made when it is missing; or an mbox or a Maildir, to which the messages are added.", HelpName = "PATH", Required = true };
        var format = SavePath.FormatOption();
        var verb = new Command("export", """
            Write every message of an account's inbox into a file of its own, UID.eml, octet for octet; or all of them into an mbox or a Maildir, as the path looks or
            --format says.
            """) { address, target, format };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var account = await FindAsync(store, line.GetRequiredValue(address), cancellation);
            var path = SavePath.Of(line.GetRequiredValue(target), line.GetValue(format), otherwise: SaveFormat.Eml);
            var uids = (await store.Messages.ReadMailboxAsync(account.InboxId, cancellation))?.Uids ?? [];
            using var progress = new ProgressLine("exporting", TimeProvider.System);
            var export = new MailboxExport(store.Messages, account.InboxId, progress);
            var exported = path.Format == SaveFormat.Eml ? await export.ToFilesAsync(path.Path, uids, cancellation) : await export.ToArchiveAsync(path, uids, cancellation);
            progress.Dispose();
            Console.Out.WriteLine($"exported {exported} messages to {path.Path}");
        }));
        return verb;
    }

    private static async ValueTask<Account> FindAsync(IMailStore store, string text, CancellationToken cancellation)
    {
        var address = Arguments.Address(text);
        var (_, account) = await store.Accounts.FindAsync(address, cancellation);
        return account ?? throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, address)!);
    }
}
