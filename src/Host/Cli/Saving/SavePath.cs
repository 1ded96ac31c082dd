using System.CommandLine;

namespace Merpati.Host.Cli.Saving;

/// <summary>Where messages are to be saved, and how.</summary>
/// <param name="Path">The file or folder, as a full path.</param>
/// <param name="Format">How.</param>
internal sealed record SavePath(string Path, SaveFormat Format)
{
    public static Option<string?> FormatOption()
    {
        var option = new Option<string?>("--format")
        {
            Description = "How to save: mbox, maildir, or eml (a file for each). Default: as the path looks: *.mbox or an mbox that is there; a Maildir that is there or a name that ends in maildir; "
                + "another folder, or a path with a slash at its end, gets .eml files.",
            HelpName = "mbox|maildir|eml",
        };
        option.AcceptOnlyFromAmong("mbox", "maildir", "eml");
        return option;
    }

    /// <summary>Reads a path and what was said of its format; one that says nothing by itself is <paramref name="otherwise"/>, else wrong usage.</summary>
    public static SavePath Of(string path, string? format, SaveFormat? otherwise = null)
    {
        if (path.Length == 0) throw new CommandFailure("the path is empty", ExitStatus.WrongUsage);
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var found = format switch
        {
            "mbox" => SaveFormat.Mbox,
            "maildir" => SaveFormat.Maildir,
            "eml" => SaveFormat.Eml,
            _ => LookOf(path, full) ?? otherwise,
        };
        return new SavePath(full, found ?? throw new CommandFailure($"{ControlText.Escape(path)} does not look like an mbox or a folder; say which with --format mbox, maildir or eml", ExitStatus.WrongUsage));
    }

    private static SaveFormat? LookOf(string given, string full)
    {
        if (Directory.Exists(full)) return MaildirFolder.Is(full) ? SaveFormat.Maildir : SaveFormat.Eml;
        if (System.IO.Path.EndsInDirectorySeparator(given)) return full.EndsWith("maildir", StringComparison.OrdinalIgnoreCase) ? SaveFormat.Maildir : SaveFormat.Eml;
        if (full.EndsWith(".mbox", StringComparison.OrdinalIgnoreCase) || MboxFile.Is(full)) return SaveFormat.Mbox;
        return full.EndsWith("maildir", StringComparison.OrdinalIgnoreCase) ? SaveFormat.Maildir : null;
    }
}
