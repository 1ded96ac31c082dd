namespace Merpati.Host.Cli.Talking;

/// <summary>The reply codes of SMTP and its extensions (RFC 5321 §4.2.2 and §4.2.3).</summary>
internal static class SmtpMeanings
{
    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal)
    {
        ["211"] = "the state of the system, or help on it",
        ["214"] = "help for people",
        ["220"] = "ready",
        ["221"] = "farewell, the server closes",
        ["235"] = "logged in", // RFC 4954 §6
        ["250"] = "done",
        ["251"] = "not a user here, but it is passed on",
        ["252"] = "not looked up, but mail for it is taken and tried",
        ["334"] = "the login goes on: answer the challenge", // RFC 4954 §4
        ["354"] = "go on with the text, and end it with a line of a dot",
        ["421"] = "no service now, the server closes: try later",
        ["432"] = "the password must be changed first", // RFC 4954 §6
        ["450"] = "not now: the mailbox is busy or kept from us for a while",
        ["451"] = "not now: something failed at the server",
        ["452"] = "not now: no room, or too many recipients for one message",
        ["453"] = "nothing waits for you", // RFC 2645 §5
        ["454"] = "not now: logging in or TLS does not work for a while",
        ["455"] = "not now: the parameters cannot be honoured for a while",
        ["458"] = "the queue cannot be started for that", // RFC 1985 §5
        ["459"] = "that may not be queued here", // RFC 1985 §5
        ["500"] = "not understood: no such command, or the line is too long",
        ["501"] = "the command's arguments are wrong",
        ["502"] = "the command is known, but not offered",
        ["503"] = "out of order: something else must come first",
        ["504"] = "that argument is not offered",
        ["521"] = "this host takes no mail at all", // RFC 7504 §4
        ["523"] = "the message is longer than the recipient takes",
        ["530"] = "first comes a login, or TLS",
        ["534"] = "that way to log in is too weak", // RFC 4954 §6
        ["535"] = "the name or the password is wrong", // RFC 4954 §6
        ["538"] = "that way to log in needs TLS",
        ["550"] = "refused for good: no such mailbox, no access to it, or policy",
        ["551"] = "not a user here: try the other address",
        ["552"] = "refused for good: too big, or the mailbox is full",
        ["553"] = "that name of a mailbox is not allowed",
        ["554"] = "failed for good, or there is no mail service here",
        ["555"] = "a parameter of MAIL or RCPT is not known, or not offered",
        ["556"] = "the recipient's domain takes no mail", // RFC 7504 §4
    };

    /// <summary>What a code means; what its first digit does, where it is not known.</summary>
    public static string Of(string code) => Rows.TryGetValue(code, out var meaning) ? meaning : code[0] switch
    {
        '2' => "done",
        '3' => "go on, more is wanted",
        '4' => "not now, later it may work",
        '5' => "refused for good",
        _ => "a word in between",
    };
}
