using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>forward add|remove|list|import|export</c>: people who have another address now.</summary>
internal static class ForwardVerb
{
    private const string Kind = "forward";

    public static Command Create() => new("forward", """
        Add, list and remove forwards: addresses that were given up for another one.

        A sender is told the new address and the message is carried there (251); with --tell he is told it and has to send anew (551);
        with --silent the message is carried there and nothing is said (250).
        """)
    {
        Add(), Remove(), List(), Import(), Export(),
    };

    private static Command Add()
    {
        var old = new Argument<string>("OLD") { Description = "The address that is given up. Its domain must be ours, and nothing else may have it." };
        var target = new Argument<string>("NEW") { Description = "The new address, here or on another host." };
        var tell = new Option<bool>("--tell") { Description = "Only tell the new address: 551 User not local; please try <NEW>. The message is not taken." };
        var silent = new Option<bool>("--silent") { Description = "Carry messages on without a word to the sender." };
        var verb = new Command("add", "Add a forward. To give an account's address up, remove the account first.") { old, target, tell, silent };
        verb.Validators.Add(line =>
        {
            if (line.GetValue(tell) && line.GetValue(silent)) line.AddError("--tell and --silent exclude each other");
        });
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var from = Arguments.Address(line.GetRequiredValue(old));
            var to = Arguments.Address(line.GetRequiredValue(target));
            var mode = line.GetValue(tell) ? ForwardMode.Tell : line.GetValue(silent) ? ForwardMode.Silent : ForwardMode.Forward;
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var outcome = await store.Addresses.AddForwardAsync(from, to, mode, cancellation);
            if (await around.ExplainAsync(outcome, from, Kind, cancellation) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"added {from}, which leads to {to}");
            if (mode != ForwardMode.Tell) await around.WarnAsync([to], cancellation);
        }));
        return verb;
    }

    private static Command Remove()
    {
        var old = new Argument<string>("OLD") { Description = "The address that was given up." };
        var verb = new Command("remove", "Remove a forward. Mail to the old address is refused then.") { old };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var from = Arguments.Address(line.GetRequiredValue(old));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var outcome = await store.Addresses.RemoveForwardAsync(from, cancellation);
            if (await around.ExplainAsync(outcome, from, Kind, cancellation) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"removed {from}");
        }));
        return verb;
    }

    private static Command List()
    {
        var domain = Arguments.DomainOption("Only the forwards of this domain.");
        var json = JsonOption.Create();
        var verb = new Command("list", "List the forwards, by domain and address.") { domain, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var listing = new Listing("old", "new", "mode", "created");
            foreach (var forward in await store.Addresses.ListForwardsAsync(Arguments.Domain(line, domain), cancellation))
            {
                listing.Add(forward.Old.ToString(), forward.Target.ToString(), Name(forward.Mode), forward.CreatedAt);
            }

            listing.Print(Console.Out, line.GetValue(json), "no forwards: add one with 'merpati forward add old@example.org new@example.org'");
        }));
        return verb;
    }

    private static Command Import()
    {
        var file = Arguments.CsvArgument("Rows of old address, new address, and forward, tell or silent (forward when empty). A first row \"old,new,mode\" is passed over.");
        var verb = new Command("import", """
            Add the forwards of a CSV file (RFC 4180, UTF-8). A file with a malformed row is refused whole. What could not be added is told with
            its line, and the exit status is 1 then; the rest is added all the same.
            """) { file };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var source = line.GetRequiredValue(file);
            var rows = CsvFile.Read(source, "old").ConvertAll(Row.Read);
            CsvFile.RefuseFor(source, rows.Select(row => (row.Line, row.Fault)));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var failed = new List<(long, string)>();
            using var progress = new ProgressLine("importing", TimeProvider.System);
            for (var i = 0; i < rows.Count; i++)
            {
                var (number, from, to, mode, _) = rows[i];
                var outcome = await store.Addresses.AddForwardAsync(from!, to!, mode, cancellation);
                if (await around.ExplainAsync(outcome, from!, Kind, cancellation) is { } refusal) failed.Add((number, refusal));
                else if (mode != ForwardMode.Tell) await around.WarnAsync([to!], cancellation);
                progress.Report((i + 1.0) / rows.Count);
            }

            progress.Dispose();
            CsvFile.Report("forwards", rows.Count, failed);
        }));
        return verb;
    }

    private static Command Export()
    {
        var domain = Arguments.DomainOption("Only the forwards of this domain.");
        var verb = new Command("export", "Write all forwards to standard output as CSV, as 'forward import' reads them.") { domain };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            CsvFile.WriteRow(Console.Out, "old", "new", "mode");
            foreach (var forward in await store.Addresses.ListForwardsAsync(Arguments.Domain(line, domain), cancellation))
            {
                CsvFile.WriteRow(Console.Out, forward.Old.ToString(), forward.Target.ToString(), Name(forward.Mode));
            }
        }));
        return verb;
    }

    private static string Name(ForwardMode mode) => mode switch
    {
        ForwardMode.Tell => "tell",
        ForwardMode.Silent => "silent",
        _ => "forward",
    };

    private sealed record Row(long Line, EmailAddress? From, EmailAddress? To, ForwardMode Mode, string? Fault)
    {
        public static Row Read(CsvRow row)
        {
            if (row.Fields.Length is < 2 or > 3) return Bad(row, "a row has the fields old, new, mode");
            if (!EmailAddress.TryParse(row[0], out var from)) return Bad(row, $"\"{ControlText.Escape(row[0])}\" is not an address");
            if (!EmailAddress.TryParse(row[1], out var to)) return Bad(row, $"\"{ControlText.Escape(row[1])}\" is not an address");
            ForwardMode? mode = row[2].ToUpperInvariant() switch
            {
                "" or "FORWARD" => ForwardMode.Forward,
                "TELL" => ForwardMode.Tell,
                "SILENT" => ForwardMode.Silent,
                _ => null,
            };
            return mode is { } known ? new Row(row.Line, from, to, known, null) : Bad(row, "the mode is forward, tell or silent");
        }

        private static Row Bad(CsvRow row, string fault) => new(row.Line, null, null, default, fault);
    }
}
