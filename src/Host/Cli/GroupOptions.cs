using System.CommandLine;
using System.CommandLine.Parsing;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary>The options that say how a group is, for <c>group add</c> and <c>group set</c>.</summary>
internal sealed class GroupOptions
{
    private readonly Option<string?> _name = new("--name") { Description = "The group's name, as in \"The whole staff\".", HelpName = "NAME" };

    private readonly Option<PostingPolicy?> _post = new("--post")
    {
        Description = "Who may send to it: anyone (the default), its members, or only those named with --poster.",
        HelpName = "anyone|members|named",
    };

    private readonly Option<string[]> _posters = new("--poster")
    {
        Description = "Who may send to it whatever --post says; the whole list, which replaces an earlier one.",
        HelpName = "ADDRESS...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _hide = new("--hide-members") { Description = "EXPN does not list the members." };
    private readonly Option<bool> _show = new("--show-members") { Description = "EXPN lists the members (the default)." };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_name);
        verb.Options.Add(_post);
        verb.Options.Add(_posters);
        verb.Options.Add(_hide);
        verb.Options.Add(_show);
        verb.Validators.Add(line =>
        {
            if (line.GetValue(_hide) && line.GetValue(_show)) line.AddError("--hide-members and --show-members exclude each other");
        });
    }

    /// <summary>Whether any of them was given.</summary>
    public bool IsGiven(CommandResult line) => new Option[] { _name, _post, _posters, _hide, _show }.Any(option => line.GetResult(option) is OptionResult { Implicit: false });

    /// <summary>The settings of a group as they were, changed by what was given.</summary>
    public GroupSettings Apply(ParseResult line, GroupSettings before)
    {
        var settings = before with
        {
            Name = line.GetValue(_name) ?? before.Name,
            Policy = line.GetValue(_post) ?? before.Policy,
            Posters = line.GetResult(_posters) is null ? before.Posters : Arguments.Addresses(line.GetValue(_posters)),
            ShowsMembers = line.GetValue(_show) || (before.ShowsMembers && !line.GetValue(_hide)),
        };
        if (settings is { Policy: PostingPolicy.Named, Posters.Count: 0 }) throw new CommandFailure("--post named needs at least one --poster ADDRESS", ExitStatus.WrongUsage);
        return settings;
    }
}
