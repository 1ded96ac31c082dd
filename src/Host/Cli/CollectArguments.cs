using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Merpati.Delivery.Collecting;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Cli;

/// <summary>What the verbs about maildrops on other servers have in common: their arguments, read into their types, and their words.</summary>
internal sealed class CollectArguments
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(7);

    private readonly Option<bool> _keep = new("--keep") { Description = "Leave what was collected on the other server. This is the default." };

    private readonly Option<bool> _delete = new("--delete") { Description = "Remove there what was collected, once it is durable here." };

    private readonly Option<string?> _tls = new("--tls")
    {
        Description = "What is asked of TLS: a certificate that is valid for the server's name, TLS with any certificate, or none. Default: verified; with pop3:// to this machine, none.",
        HelpName = "verified|unverified|none",
    };

    private readonly Option<bool> _stdin = new("--password-stdin") { Description = "Read the password there from the first line of standard input; otherwise it is asked for." };

    public CollectArguments() => _tls.AcceptOnlyFromAmong("verified", "unverified", "none");

    /// <summary>Where the maildrop is.</summary>
    public Argument<string> Url { get; } = new("URL")
    {
        Description = "The maildrop, as in pop3s://user@mail.example.net/ (TLS from the first octet, port 995) or pop3://user@mail.example.net/ (STLS, port 110).",
    };

    public static Option<string?> IntervalOption(string description) => new("--interval") { Description = description, HelpName = "TIME" };

    /// <summary>Puts the options under a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _keep, _delete, _tls, _stdin }) verb.Add(option);
        verb.Validators.Add(line =>
        {
            if (line.GetValue(_keep) && line.GetValue(_delete)) line.AddError("--keep and --delete cannot both be meant");
        });
    }

    public bool IsPasswordGiven(ParseResult line) => line.GetValue(_stdin);

    public bool IsDelete(SymbolResult line) => line.GetValue(_delete);

    public string Password(ParseResult line) => PasswordInput.Existing(line.GetValue(_stdin));

    /// <summary>What is done there with what was collected; where nothing is said, what is set for a source that is known.</summary>
    public CollectAfter After(ParseResult line, CollectSource? known = null)
    {
        if (line.GetValue(_delete)) return CollectAfter.Delete;
        return known is null || line.GetValue(_keep) ? CollectAfter.Keep : known.Settings.After;
    }

    /// <summary>The maildrop of a command line; one that is none is wrong usage.</summary>
    public MaildropUrl Maildrop(ParseResult line) => MaildropUrl.TryParse(line.GetRequiredValue(Url), out var url, out var fault)
        ? url
        : throw new CommandFailure($"the URL is not that of a maildrop: {fault}", ExitStatus.WrongUsage);

    /// <summary>
    /// What is asked of TLS; where nothing is said, what is set for a source that is known. Says on standard error that the password would go over the network as it is.
    /// </summary>
    public CollectTls Tls(ParseResult line, MaildropUrl url, CollectSource? known = null)
    {
        var asked = line.GetValue(_tls);
        if (url.IsImplicitTls && asked == "none") throw new CommandFailure("pop3s:// is TLS; --tls none goes with pop3:// only", ExitStatus.WrongUsage);
        var tls = asked switch
        {
            "verified" => CollectTls.Verified,
            "unverified" => CollectTls.Unverified,
            "none" => CollectTls.None,
            _ when known is not null => known.Settings.Tls,
            _ => url is { IsLoopback: true, IsImplicitTls: false } ? CollectTls.None : CollectTls.Verified,
        };
        if (tls == CollectTls.None && !url.IsLoopback) Console.Error.WriteLine($"merpati: warning: without TLS the password and the mail can be read by whoever listens on the way to {url.Host}");
        return tls;
    }

    /// <summary>Reads an interval; what is none is wrong usage.</summary>
    public static TimeSpan Interval(string text)
    {
        var interval = QueueDuration.Parse(text);
        return interval >= ShortestInterval && interval <= LongestInterval
            ? interval
            : throw new CommandFailure($"--interval is from {QueueDuration.Format(ShortestInterval)} to 7d", ExitStatus.WrongUsage);
    }

    public static string Name(CollectAfter after) => after == CollectAfter.Delete ? "delete" : "keep";

    public static string Name(CollectTls tls) => tls switch
    {
        CollectTls.Unverified => "unverified",
        CollectTls.None => "none",
        _ => "verified",
    };

    /// <summary>So many messages, in words.</summary>
    public static string Messages(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "message" : "messages")}");
}
