using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Cli;

/// <summary><c>account set ADDRESS</c>: what is set for an account besides its password.</summary>
internal static class AccountSetVerb
{
    private const string ByDefault = "default";

    public static Command Create()
    {
        var address = Arguments.AddressArgument();
        var quota = new Option<string?>("--quota") { Description = "The most its mailboxes may hold together; default means the domain's 'account-quota'.", HelpName = "SIZE|none|default" };
        var terminal = new Option<string?>("--terminal") { Description = "Whether others may send messages to its terminal ('merpati terminal').", HelpName = "on|off" };
        terminal.AcceptOnlyFromAmong("on", "off");
        var expire = new Option<string?>("--expire") { Description = "How long messages stay in its inbox; default means what 'domain set --expire' says.", HelpName = RetentionText.Allowed };
        var verb = new Command("set", """
            Change what is set for an account; what is not named stays as it is. Sizes are written as 500M or 2G.

            Messages that have stayed longer than --expire are removed, read or not, within the hour; with 0 a message goes when the POP3 session that
            has retrieved it ends with QUIT.
            """) { address, quota, terminal, expire };
        verb.Validators.Add(line =>
        {
            if (new[] { quota, terminal, expire }.All(option => line.GetValue(option) is null)) line.AddError("say what is to be changed: --quota, --terminal or --expire");
        });
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(address));
            var before = (await store.Addresses.ReadAccountAsync(who, cancellation))?.Settings ?? throw new CommandFailure(AccountVerb.Explain(ChangeOutcome.NotFound, who)!);
            var after = before with
            {
                QuotaOctets = line.GetValue(quota) is { } size ? Quota(size) : before.QuotaOctets,
                AcceptsTerminal = line.GetValue(terminal) is { } said ? said == "on" : before.AcceptsTerminal,
                Retention = line.GetValue(expire) is { } days ? RetentionText.Parse(days) : before.Retention,
            };
            if (AccountVerb.Explain(await store.Addresses.SetAccountAsync(who, after, cancellation), who) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"changed {who}");
        }));
        return verb;
    }

    private static long? Quota(string text) => text.Equals(ByDefault, StringComparison.OrdinalIgnoreCase) ? null : SizeText.ParseLimit(text) ?? SizeText.Unlimited;
}
