using System.CommandLine;
using System.CommandLine.Parsing;
using Merpati.Auth.Sasl;
using Merpati.Host.Cli.Dialogues;
using Merpati.Host.Cli.Saving;
using Merpati.Host.Composition;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary>The options of <c>fetch</c> that read, save and remove mail there, and what goes together.</summary>
internal sealed class FetchOptions
{
    private static readonly string[] Ways =
    [
        Pop3Login.UserPass, Pop3Login.Apop, SaslMechanisms.Plain, SaslMechanisms.Login, SaslMechanisms.CramMd5, SaslMechanisms.DigestMd5,
        SaslMechanisms.ScramSha1, SaslMechanisms.ScramSha1Plus, SaslMechanisms.ScramSha256, SaslMechanisms.ScramSha256Plus,
    ];

    private readonly Option<bool> _stat = new("--stat") { Description = "Say how many messages there are, and their octets." };
    private readonly Option<bool> _list = new("--list") { Description = "List the messages: number, octets, date, from, subject, unique-id." };
    private readonly Option<string[]> _show = NumbersOption("--show", "Show messages to be read: the header decoded, the text, the names of attachments. As 3, or 1,3-5.");
    private readonly Option<bool> _raw = new("--raw") { Description = "With --show: print the messages octet for octet as they come." };
    private readonly Option<string?> _save = new("--save") { Description = "Save messages into an mbox, a Maildir or a folder of .eml files, all or those of --messages; what is there already stays.", HelpName = "PATH" };
    private readonly Option<string?> _format = SavePath.FormatOption();
    private readonly Option<string[]> _messages = NumbersOption("--messages", "Which messages are listed, saved or removed, as 1,3-5 or 7-. Default: all.");
    private readonly Option<bool> _all = new("--all") { Description = "With --delete: remove all messages there." };
    private readonly Option<bool> _new = new("--new") { Description = "With --save: only what was not saved there before, by its unique-id, which is noted beside the saved messages." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the result for scripts: a list as one array, else one JSON object for each run." };
    private readonly Option<bool> _transcript = new("--transcript") { Description = "Print the dialogue with the server on standard error, C: and S:; passwords are hidden." };
    private readonly Option<bool> _apop = new("--apop") { Description = "Log in by APOP and nothing else, as --auth APOP." };
    private readonly Option<string?> _auth = new("--auth") { Description = "The only way to log in that is tried: USER, APOP, PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, SCRAM-SHA-256 and so on. Default: the strongest there is.", HelpName = "MECHANISM" };

    private readonly CollectArguments _arguments;
    private readonly Option[] _collecting;

    /// <summary>Beside the arguments of collecting and <paramref name="collecting"/>, which go with nothing else.</summary>
    public FetchOptions(CollectArguments arguments, params Option[] collecting)
    {
        _arguments = arguments;
        _collecting = collecting;
    }

    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _stat, _list, _show, _raw, _save, _format, _messages, _all, _new, _json, _transcript, _apop, _auth }) verb.Add(option);
        verb.Validators.Add(Check);
    }

    public FetchOrder Order(ParseResult line) => new(ActOf(line.CommandResult))
    {
        Messages = Numbers(line) is { Length: > 0 } words ? MessageRanges.Parse(words) : null,
        Raw = line.GetValue(_raw),
        Path = line.GetValue(_save) is { } path ? SavePath.Of(path, line.GetValue(_format)) : null,
        OnlyNew = line.GetValue(_new),
        Delete = _arguments.IsDelete(line.CommandResult),
        Json = line.GetValue(_json),
        ShowsProgress = !line.GetValue(_transcript),
    };

    public Pop3Manner Manner(ParseResult line)
    {
        var way = line.GetValue(_apop) ? Pop3Login.Apop : line.GetValue(_auth)?.ToUpperInvariant();
        if (way is not null && !Ways.Contains(way, StringComparer.Ordinal)) throw new CommandFailure($"--auth is one of {string.Join(", ", Ways)}", ExitStatus.WrongUsage);
        return new Pop3Manner { OnlyWay = way, Transcript = line.GetValue(_transcript) ? DialogueScreen.OnStandardError() : null };
    }

    private static Option<string[]> NumbersOption(string name, string description) =>
        new(name) { Description = description, HelpName = "N...", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };

    private static bool Has(SymbolResult line, Option option) => line.GetResult(option) is { Implicit: false };

    private FetchAct ActOf(SymbolResult line)
    {
        if (line.GetValue(_stat)) return FetchAct.Stat;
        if (line.GetValue(_list)) return FetchAct.List;
        if (Has(line, _show)) return FetchAct.Show;
        if (Has(line, _save)) return FetchAct.Save;
        return _arguments.IsDelete(line) && (Has(line, _messages) || line.GetValue(_all)) ? FetchAct.Delete : FetchAct.Collect;
    }

    private string[]? Numbers(ParseResult line) => Has(line.CommandResult, _show) ? line.GetValue(_show) : line.GetValue(_messages);

    private void Check(CommandResult line)
    {
        var acts = new Option[] { _stat, _list, _show, _save }.Where(option => Has(line, option)).Select(option => option.Name).ToList();
        if (acts.Count > 1) line.AddError($"{acts[0]} and {acts[1]} cannot both be meant");
        else if (Misfit(line, ActOf(line)) is { } misfit) line.AddError(misfit);
    }

    private string? Misfit(CommandResult line, FetchAct act)
    {
        if (act != FetchAct.Collect && Array.Find(_collecting, option => Has(line, option)) is { } collecting) return $"{collecting.Name} goes with collecting into an account here, not with this";
        if (Has(line, _raw) && act != FetchAct.Show) return "--raw goes with --show";
        if (Has(line, _format) && act != FetchAct.Save) return "--format goes with --save";
        if (Has(line, _new) && act != FetchAct.Save) return "--new goes with --save";
        if (Has(line, _new) && Has(line, _all)) return "--new and --all cannot both be meant";
        if (Has(line, _all) && Has(line, _messages)) return "--messages and --all cannot both be meant";
        if (Has(line, _all) && act is not (FetchAct.Delete or FetchAct.Save)) return "--all goes with --delete or --save";
        if (Has(line, _messages) && act is not (FetchAct.List or FetchAct.Save or FetchAct.Delete)) return "--messages goes with --list, --save or --delete";
        if (act is FetchAct.Stat or FetchAct.List or FetchAct.Show && _arguments.IsDelete(line)) return "--delete goes with --save, or by itself with --messages or --all";
        if (Has(line, _json) && act == FetchAct.Show) return "--json does not go with --show";
        return Has(line, _apop) && Has(line, _auth) ? "--apop and --auth cannot both be meant" : null;
    }
}
