using System.CommandLine;
using Merpati.Delivery.Collecting;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Collecting;
using Merpati.Wire.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Merpati.Host.Cli.Fetching;

/// <summary><c>fetch URL</c>: collects the mail of a maildrop on another server into an account here, or lists, shows, saves and removes it without any store.</summary>
internal static class FetchVerb
{
    public static Command Create()
    {
        var arguments = new CollectArguments();
        var to = new Option<string?>("--to") { Description = "The account here that gets the mail. Default: the only one there is.", HelpName = "ADDRESS" };
        var interval = CollectArguments.IntervalOption("Go on until Ctrl-C, and look again this long after each run, as in 5m.");
        var options = new FetchOptions(arguments, to, interval);
        var verb = new Command("fetch", """
            Collect the mail of a maildrop on another server (POP3) into an account here, for moving in; or, with one of --stat, --list, --show and --save, or --delete with
            --messages or --all, read, save and remove it there at the terminal, which needs no server and no data directory here.

              merpati fetch pop3s://you@mail.example.net/ --list
              merpati fetch pop3s://you@mail.example.net/ --show 3
              merpati fetch pop3s://you@mail.example.net/ --save mail.mbox --new

            Collecting works beside a running server and without one. Each message comes once, by its unique-id there, however often this is run or broken off; with
            --delete it is removed there only when it is durable here. What does not fit here stays there and is told, and the exit status is 1 then. Of a maildrop of
            'account collect add' the password is known, and so is the rest that is set for it. Ctrl-C ends a run early, and the next one goes on from there.

            The password is asked for, or read with --password-stdin.
            """) { arguments.Url, to };
        arguments.AddTo(verb);
        verb.Add(interval);
        options.AddTo(verb);
        verb.SetAction(async (line, cancellation) =>
        {
            var url = arguments.Maildrop(line);
            var order = options.Order(line);
            var manner = options.Manner(line);
            if (order.Act == FetchAct.Collect) return await CollectAsync(line, new Collecting(arguments, url, to, interval, manner) { Json = order.Json }, cancellation);
            await MaildropVisit.RunAsync(order, new MaildropWay(url, arguments.Tls(line, url), manner), () => FetchPassword.Of(arguments.Password(line)), cancellation);
            return ExitStatus.Done;
        });
        return verb;
    }

    private static Task<int> CollectAsync(ParseResult line, Collecting collecting, CancellationToken cancellation)
    {
        var (arguments, url, to, interval, manner) = collecting;
        var every = line.GetValue(interval) is { } text ? CollectArguments.Interval(text) : (TimeSpan?)null;
        var address = line.GetValue(to) is { } named ? Arguments.Address(named) : null;
        return OpenStore.RunAsync(line, async store =>
        {
            var account = await FindAccountAsync(store, address, cancellation);
            var known = await store.Collecting.FindAsync(account, url.ToString(), cancellation);
            var (after, tls) = (arguments.After(line, known), arguments.Tls(line, url, known));
            using var password = known?.Settings.SealedPassword is null || arguments.IsPasswordGiven(line)
                ? FetchPassword.Of(arguments.Password(line))
                : FetchPassword.Open(GlobalOptions.DataDirectory(line), known);
            var source = known ?? await AddAsync(store, new NewCollectSource(account, url.ToString()) { After = after, Tls = tls }, cancellation);
            using var heartbeat = new Heartbeat(TimeProvider.System);
            var surroundings = new OutgoingSurroundings(GlobalOptions.DataDirectory(line), heartbeat, NullLoggerFactory.Instance);
            var collector = CollectedMail.Collector(store, GlobalOptions.Settings(line), surroundings, manner);
            var fetch = new FetchRuns(collector, source, password.Octets) { After = after, Tls = tls, Json = collecting.Json, IsNew = known is null };
            using var stop = new FetchStop(cancellation);
            await fetch.RunAsync(store, every, stop);
        });
    }

    private static async Task<EmailAddress> FindAccountAsync(IMailStore store, EmailAddress? named, CancellationToken cancellation)
    {
        if (named is not null)
        {
            return (await store.Accounts.FindAsync(named, cancellation)).Account?.Address ?? throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, named)!);
        }

        var accounts = await store.Accounts.ListAccountsAsync(null, cancellation);
        return accounts switch
        {
            [var only] => only.Address,
            [] => throw new CommandFailure("there is no account here yet; add one with 'merpati account add you@example.org'"),
            _ => throw new CommandFailure($"there are {accounts.Count} accounts here; say which one gets the mail with --to ADDRESS"),
        };
    }

    private static async Task<CollectSource> AddAsync(IMailStore store, NewCollectSource settings, CancellationToken cancellation) =>
        await store.Collecting.PutAsync(settings, cancellation) ?? throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, settings.Account)!);

    private sealed record Collecting(CollectArguments Arguments, MaildropUrl Url, Option<string?> To, Option<string?> Interval, Pop3Manner Manner)
    {
        public bool Json { get; init; }
    }
}
