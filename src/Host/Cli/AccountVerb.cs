using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>account add|import|export|list|set|passwd|remove|collect|disable|enable</c>: the people who have a mailbox here.</summary>
internal static class AccountVerb
{
    public static Command Create() => new("account", "Add, import, list, change and remove the accounts of the people who have a mailbox here.")
    {
        Add(), AccountImport.Create(), AccountExport.Create(), List(), AccountSetVerb.Create(), ChangePassword(), Remove(), CollectVerb.Create(),
        SetDisabled("disable", "Shut an account: it cannot log in and its mail is refused. Nothing is removed.", disabled: true),
        SetDisabled("enable", "Open an account again that was disabled.", disabled: false),
    };

    /// <summary>Turns an outcome into the line for the person at the terminal; null when it went well.</summary>
    public static string? Explain(ChangeOutcome outcome, EmailAddress address) => outcome switch
    {
        ChangeOutcome.Done => null,
        ChangeOutcome.AlreadyExists => $"the account {address} is already there",
        ChangeOutcome.NoSuchDomain => $"the domain {address.Domain} is not one of ours; add it first with 'merpati domain add {address.Domain}'",
        _ => $"there is no account {address}",
    };

    private static Command Add()
    {
        var address = Arguments.AddressArgument();
        var name = new Option<string>("--name") { Description = "The person's name, as in \"Ivan Petrov\".", HelpName = "FULL NAME", DefaultValueFactory = _ => "" };
        var stdin = PasswordOption();
        var legacy = LegacyOption();
        var verb = new Command("add", """
            Add an account with its mailbox. Its domain must be ours. The password is asked for on a terminal, or read from standard input
            with --password-stdin; otherwise one is made up and printed. It is never taken from the command line.
            """) { address, name, stdin, legacy };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(address));
            var (isOurs, existing) = await store.Accounts.FindAsync(who, cancellation);
            if (!isOurs) throw new CommandFailure(Explain(ChangeOutcome.NoSuchDomain, who)!);
            if (existing is not null) throw new CommandFailure(Explain(ChangeOutcome.AlreadyExists, who)!);
            var around = await Neighbourhood.LookAsync(store, cancellation);
            if ((await store.Addresses.FindAsync(who, cancellation)).Kind != AddressKind.None) throw new CommandFailure((await around.ExplainAsync(ChangeOutcome.AlreadyExists, who, "account", cancellation))!);
            var password = PasswordInput.Get(line.GetValue(stdin));
            var account = new NewAccount(who, line.GetValue(name) ?? "", Verifier(line, password)) { SealedSecret = line.GetValue(legacy) ? Seal(line, password, who) : null };
            if (Explain(await store.Accounts.AddAccountAsync(account, cancellation), who) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"added {who}");
            Show(password);
            if (line.GetValue(legacy)) WarnOfLegacy(line);
        }));
        return verb;
    }

    private static Command List()
    {
        var domain = Arguments.DomainOption("Only the accounts of this domain.");
        var json = JsonOption.Create();
        var verb = new Command("list", "List the accounts, by domain and address.") { domain, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var listing = new Listing("address", "name", "enabled", "messages", "octets", "quota", "expire", "terminal", "legacy", "created");
            foreach (var account in await store.Accounts.ListAccountsAsync(Arguments.Domain(line, domain), cancellation))
            {
                var mailboxes = await store.Messages.ListMailboxesAsync(account.Id, cancellation);
                var (messages, octets) = (mailboxes.Sum(mailbox => mailbox.Messages), mailboxes.Sum(mailbox => mailbox.Octets));
                var room = await store.Addresses.ReadAccountAsync(account.Address, cancellation);
                listing.Add(account.Address.ToString(), account.FullName, !account.Disabled, messages, octets, SizeText.Cell(room?.LimitOctets), RetentionText.Cell(room?.Retention),
                    room?.Settings.AcceptsTerminal, account.SealedSecret is not null, account.CreatedAt);
            }

            listing.Print(Console.Out, line.GetValue(json), "no accounts yet: add one with 'merpati account add you@example.org'");
        }));
        return verb;
    }

    private static Command ChangePassword()
    {
        var address = Arguments.AddressArgument();
        var stdin = PasswordOption();
        var legacy = LegacyOption();
        var verb = new Command("passwd", """
            Set a new password. It holds from the next login on. Without --legacy-auth a sealed password of old is forgotten: the account logs in by
            modern mechanisms only from then on.
            """) { address, stdin, legacy };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = await FindAsync(store, line.GetRequiredValue(address), cancellation);
            var password = PasswordInput.Get(line.GetValue(stdin));
            var secret = line.GetValue(legacy) ? Seal(line, password, who) : null;
            if (Explain(await store.Accounts.SetVerifierAsync(who, Verifier(line, password), secret, cancellation), who) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"changed the password of {who}");
            Show(password);
            if (line.GetValue(legacy)) WarnOfLegacy(line);
        }));
        return verb;
    }

    private static Command Remove()
    {
        var address = Arguments.AddressArgument();
        var yes = new Option<bool>("--yes") { Description = "Do not ask, also where the mailbox holds messages." };
        var verb = new Command("remove", "Remove an account with its mailbox and all messages in it. This cannot be undone.") { address, yes };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = await FindAsync(store, line.GetRequiredValue(address), cancellation);
            if (!line.GetValue(yes)) await ConfirmAsync(store, who, cancellation);
            if (Explain(await store.Accounts.RemoveAccountAsync(who, cancellation), who) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"removed {who}");
        }));
        return verb;
    }

    private static Command SetDisabled(string name, string description, bool disabled)
    {
        var address = Arguments.AddressArgument();
        var verb = new Command(name, description) { address };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(address));
            if (Explain(await store.Accounts.SetDisabledAsync(who, disabled, cancellation), who) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"{name}d {who}");
        }));
        return verb;
    }

    private static Option<bool> PasswordOption() => new("--password-stdin") { Description = "Read the password from the first line of standard input." };

    private static Option<bool> LegacyOption() => new("--legacy-auth")
    {
        Description = "Keep the password itself too, sealed with keys/secret.key of the data directory, for programs that know only CRAM-MD5, DIGEST-MD5, SCRAM-SHA-1 or APOP. Auth:LegacyMechanisms says which of them are offered.",
    };

    private static string Seal(ParseResult line, GivenPassword password, EmailAddress who)
    {
        using var sealer = KeyFolder.OpenSealer(GlobalOptions.DataDirectory(line));
        var octets = Encoding.UTF8.GetBytes(password.Text);
        try
        {
            return sealer.Seal(octets, who);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private static void WarnOfLegacy(ParseResult line)
    {
        if (GlobalOptions.Settings(line).Get(LoginSettings.LegacyMechanisms).Count > 0) return;
        Console.Error.WriteLine($"merpati: warning: no legacy mechanism is offered yet; set {LoginSettings.LegacyMechanisms.Key}, as in cram-md5");
    }

    private static string Verifier(ParseResult line, GivenPassword password) => password.ToVerifier(GlobalOptions.Settings(line).Get(LoginSettings.Iterations));

    private static void Show(GivenPassword password)
    {
        if (password.Generated) Console.Out.WriteLine($"password: {password.Text}");
    }

    private static async ValueTask<EmailAddress> FindAsync(IMailStore store, string text, CancellationToken cancellation)
    {
        var who = Arguments.Address(text);
        var (_, account) = await store.Accounts.FindAsync(who, cancellation);
        return account?.Address ?? throw new CommandFailure(Explain(ChangeOutcome.NotFound, who)!);
    }

    private static async ValueTask ConfirmAsync(IMailStore store, EmailAddress who, CancellationToken cancellation)
    {
        var (_, account) = await store.Accounts.FindAsync(who, cancellation);
        var messages = (await store.Messages.ListMailboxesAsync(account?.Id ?? 0, cancellation)).Sum(mailbox => mailbox.Messages);
        if (messages == 0) return;
        var question = $"{who} has {messages} messages, which would be lost";
        if (Console.IsInputRedirected) throw new CommandFailure($"{question}; say --yes if that is meant");
        Console.Error.Write($"{question}. Type yes to go on: ");
        if (Console.In.ReadLine()?.Trim() != "yes") throw new CommandFailure("nothing was removed");
    }
}
