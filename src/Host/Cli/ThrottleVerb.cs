using System.CommandLine;
using System.Net;
using Merpati.Auth.Throttle;
using Merpati.Host.Composition;

namespace Merpati.Host.Cli;

/// <summary><c>throttle list|lift</c>: who is kept from logging in for now, and why.</summary>
internal static class ThrottleVerb
{
    public static Command Create() => new("throttle", """
        List and lift what the login throttle refuses now.

        Who guesses passwords is slowed down and then refused for a time: an address, the network round it, or an account for everybody but the
        addresses from which its owner has logged in. Networks of Auth:Throttle:AllowedNetworks never count.
        """)
    {
        List(), Lift(),
    };

    private static Command List()
    {
        var json = JsonOption.Create();
        var verb = new Command("list", "List the refusals in force, the newest first: about what, after how many failures, why, and until when.") { json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var listing = new Listing("scope", "key", "failures", "since", "until", "reason");
            foreach (var entry in await store.Throttle.ListAsync(TimeProvider.System.GetUtcNow(), cancellation))
            {
                listing.Add(Name(entry.Scope), entry.Key, entry.Failures, entry.Since, entry.Until, entry.Reason);
            }

            listing.Print(Console.Out, line.GetValue(json), "nobody is refused");
        }));
        return verb;
    }

    private static Command Lift()
    {
        var what = new Argument<string>("ADDRESS|NETWORK|ACCOUNT") { Description = "What 'throttle list' shows as key, or an IP address that it covers." };
        var verb = new Command("lift", "End a refusal at once. The next failed login counts anew.") { what };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var text = line.GetRequiredValue(what);
            var entries = await store.Throttle.ListAsync(TimeProvider.System.GetUtcNow(), cancellation);
            var meant = entries.Where(entry => IsMeant(entry, text)).ToList();
            if (meant.Count == 0) throw new CommandFailure($"{ControlText.Escape(text)} is not refused ('merpati throttle list')");
            foreach (var entry in meant)
            {
                if (await store.Throttle.LiftAsync(entry.Scope, entry.Key, cancellation)) Console.Out.WriteLine($"lifted the refusal of the {Name(entry.Scope)} {ControlText.Escape(entry.Key)}");
            }
        }));
        return verb;
    }

    // An IP address means its own entry and those of the networks round it: lifting one of them alone would not let it in.
    private static bool IsMeant(ThrottleEntry entry, string text)
    {
        if (entry.Key.Equals(text, StringComparison.OrdinalIgnoreCase)) return true;
        if (entry.Scope == ThrottleScope.Account || !IPAddress.TryParse(text, out var address)) return false;
        return IPNetwork.TryParse(entry.Key, out var network) ? network.Contains(address) : IPAddress.TryParse(entry.Key, out var single) && single.Equals(address);
    }

    private static string Name(ThrottleScope scope) => scope switch
    {
        ThrottleScope.Network => "network",
        ThrottleScope.Account => "account",
        _ => "address",
    };
}
