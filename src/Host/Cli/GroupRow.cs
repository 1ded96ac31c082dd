using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary>One row of a file of groups: with a member, that one; without, how the group is.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Group">The group.</param>
/// <param name="Member">The member; null when the row says how the group is.</param>
/// <param name="Settings">How the group is; null when the row has a member.</param>
/// <param name="Fault">What is wrong with the row; the rest is not set then.</param>
internal sealed record GroupRow(long Line, EmailAddress? Group, EmailAddress? Member, GroupSettings? Settings, string? Fault)
{
    private const int MaxFields = 6;

    public static GroupRow Read(CsvRow row)
    {
        if (row.Fields.Length > MaxFields) return Bad(row, "a row has the fields group, member, name, post, posters, members");
        if (!EmailAddress.TryParse(row[0], out var group)) return Bad(row, $"\"{ControlText.Escape(row[0])}\" is not an address");
        if (row[1].Length == 0) return ReadSettings(row, group);
        if (!EmailAddress.TryParse(row[1], out var member)) return Bad(row, $"\"{ControlText.Escape(row[1])}\" is not an address");
        return row.Fields.Skip(2).Any(field => field.Length > 0)
            ? Bad(row, "how the group is stands in a row of its own, with an empty member")
            : new GroupRow(row.Line, group, member, null, null);
    }

    private static GroupRow ReadSettings(CsvRow row, EmailAddress group)
    {
        var posters = new List<EmailAddress>();
        foreach (var text in row[4].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!EmailAddress.TryParse(text, out var poster)) return Bad(row, $"\"{ControlText.Escape(text)}\" is not an address");
            posters.Add(poster);
        }

        PostingPolicy? policy = row[3].ToUpperInvariant() switch
        {
            "" or "ANYONE" => PostingPolicy.Anyone,
            "MEMBERS" => PostingPolicy.Members,
            "NAMED" => PostingPolicy.Named,
            _ => null,
        };
        if (policy is not { } known) return Bad(row, "post is anyone, members or named");
        if (known == PostingPolicy.Named && posters.Count == 0) return Bad(row, "post is named, and nobody is named");
        return row[5].ToUpperInvariant() switch
        {
            "" or "SHOWN" => new GroupRow(row.Line, group, null, new GroupSettings(row[2], known, posters, ShowsMembers: true), null),
            "HIDDEN" => new GroupRow(row.Line, group, null, new GroupSettings(row[2], known, posters, ShowsMembers: false), null),
            _ => Bad(row, "members is shown or hidden"),
        };
    }

    private static GroupRow Bad(CsvRow row, string fault) => new(row.Line, null, null, null, fault);
}
