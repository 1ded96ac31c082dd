using System.CommandLine;
using Merpati.Host.Cli.Fetching;
using Merpati.Host.Composition;
using Merpati.Storage.Accounts;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Cli;

/// <summary><c>account collect add|list|remove</c>: the maildrops on other servers whose mail the running server collects.</summary>
internal static class CollectVerb
{
    private const string DefaultInterval = "5m";

    public static Command Create() => new("collect", "Have the running server collect mail from maildrops on other servers (POP3), again and again.") { Add(), List(), Remove() };

    private static Command Add()
    {
        var arguments = new CollectArguments();
        var address = Arguments.AddressArgument("The account that gets the mail.");
        var interval = CollectArguments.IntervalOption($"How long after a run the next one comes, as in 5m or 1h. Default: {DefaultInterval}.");
        var verb = new Command("add", """
            Add a maildrop, or change what is set for one. The running server begins within seconds; after failures it waits longer and longer, up to an
            hour. 'merpati fetch' with the same URL tries it at once. The password is kept sealed with keys/secret.key of the data directory, and never shown.
            """) { address, arguments.Url };
        arguments.AddTo(verb);
        verb.Add(interval);
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(address));
            var url = arguments.Maildrop(line);
            var every = CollectArguments.Interval(line.GetValue(interval) ?? DefaultInterval);
            var tls = arguments.Tls(line, url);
            var account = (await store.Accounts.FindAsync(who, cancellation)).Account ?? throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, who)!);
            using var password = FetchPassword.Of(arguments.Password(line));
            var source = new NewCollectSource(account.Address, url.ToString())
            {
                After = arguments.After(line),
                Tls = tls,
                Interval = every,
                SealedPassword = password.Seal(GlobalOptions.DataDirectory(line), account.Address),
            };
            if (await store.Collecting.PutAsync(source, cancellation) is null) throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, who)!);
            Console.Out.WriteLine($"{account.Address} collects from {source.Server} every {QueueDuration.Format(every)}");
        }));
        return verb;
    }

    private static Command List()
    {
        var address = Arguments.AddressArgument("Only the maildrops of this account.");
        address.Arity = ArgumentArity.ZeroOrOne;
        var json = JsonOption.Create();
        var verb = new Command("list", """
            List the maildrops with how their last run went and how many messages have come from each. Those without an interval were collected by hand, with
            'merpati fetch'.
            """) { address, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = line.GetValue(address) is { } text ? Arguments.Address(text) : null;
            if (who is not null && (await store.Accounts.FindAsync(who, cancellation)).Account is null) throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, who)!);
            var listing = new Listing("account", "server", "after", "tls", "interval", "collected", "lastrun", "messages", "result");
            foreach (var source in await store.Collecting.ListAsync(who, cancellation))
            {
                var settings = source.Settings;
                var interval = settings.Interval is { } every ? QueueDuration.Format(every) : null;
                listing.Add(settings.Account.ToString(), settings.Server, CollectArguments.Name(settings.After), CollectArguments.Name(settings.Tls), interval, source.Collected,
                    source.LastRun?.At.ToUniversalTime(), source.LastRun?.Messages, Result(source.LastRun));
            }

            listing.Print(Console.Out, line.GetValue(json), "nothing is collected: add a maildrop with 'merpati account collect add you@example.org pop3s://you@old.example.net/'");
        }));
        return verb;
    }

    private static Command Remove()
    {
        var arguments = new CollectArguments();
        var address = Arguments.AddressArgument();
        var verb = new Command("remove", """
            Collect no more from a maildrop. The mail that has come stays; which messages have come is forgotten, so that they would all come again if the
            maildrop were added again.
            """) { address, arguments.Url };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(address));
            var url = arguments.Maildrop(line).ToString();
            if (await store.Collecting.RemoveAsync(who, url, cancellation) != ChangeOutcome.Done) throw new CommandFailure($"{who} does not collect from {url}");
            Console.Out.WriteLine($"{who} no longer collects from {url}");
        }));
        return verb;
    }

    private static string? Result(CollectRun? run) => run is null ? null : run.Failure ?? "done";
}
