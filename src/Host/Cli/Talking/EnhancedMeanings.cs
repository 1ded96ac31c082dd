namespace Merpati.Host.Cli.Talking;

/// <summary>The subjects and details of enhanced status codes (RFC 3463 §3, and those of the registry that RFC 5248 made).</summary>
internal static class EnhancedMeanings
{
    private static readonly string[] Subjects =
    [
        "nothing more is known", "something about the address", "something about the mailbox", "something about the mail system", "something about the way there",
        "something about the protocol", "something about the message's content", "something about security or policy",
    ];

    private static readonly Dictionary<(int Subject, int Detail), string> Rows = new()
    {
        [(1, 1)] = "no such mailbox",
        [(1, 2)] = "no such host",
        [(1, 3)] = "the recipient's address is malformed",
        [(1, 4)] = "the recipient's address means several mailboxes",
        [(1, 5)] = "the recipient's address is good",
        [(1, 6)] = "the mailbox has moved, and nobody knows where to",
        [(1, 7)] = "the sender's address is malformed",
        [(1, 8)] = "the sender's host does not exist or takes no mail",
        [(1, 9)] = "passed on to a system that knows no such reports",
        [(1, 10)] = "the recipient's domain says that it takes no mail",
        [(2, 1)] = "the mailbox is shut",
        [(2, 2)] = "the mailbox is full",
        [(2, 3)] = "the message is longer than the mailbox takes",
        [(2, 4)] = "the members of the list cannot be found out",
        [(3, 1)] = "the mail system is full",
        [(3, 2)] = "the system takes no mail now",
        [(3, 3)] = "the system cannot do what is asked",
        [(3, 4)] = "the message is too big for the system",
        [(3, 5)] = "the system is not set up rightly",
        [(3, 6)] = "the message goes with another priority than was asked for",
        [(4, 1)] = "the next host does not answer",
        [(4, 2)] = "the connection broke",
        [(4, 3)] = "a directory or name server failed",
        [(4, 4)] = "there is no way there",
        [(4, 5)] = "the mail system is overloaded",
        [(4, 6)] = "the message goes in circles",
        [(4, 7)] = "the message has waited too long",
        [(5, 1)] = "no such command, or not at this point",
        [(5, 2)] = "the command's syntax is wrong",
        [(5, 3)] = "too many recipients for one message",
        [(5, 4)] = "the command's arguments are wrong",
        [(5, 5)] = "the wrong version of the protocol",
        [(5, 6)] = "a line of the login is too long",
        [(6, 1)] = "that kind of content is not taken",
        [(6, 2)] = "the content would have to be converted, which is forbidden",
        [(6, 3)] = "the content would have to be converted, which nobody there can",
        [(6, 4)] = "the content was converted and has lost something",
        [(6, 5)] = "converting the content failed",
        [(6, 6)] = "the content that is meant cannot be had",
        [(6, 7)] = "addresses beyond ASCII are not taken",
        [(6, 8)] = "the reply needs UTF-8, which was not allowed",
        [(6, 9)] = "a header in UTF-8 cannot be passed on to a recipient",
        [(7, 1)] = "not allowed: policy",
        [(7, 2)] = "the members of the list are not told to you",
        [(7, 3)] = "security would have to be converted, which cannot be",
        [(7, 4)] = "that security is not offered",
        [(7, 5)] = "encryption or a signature failed",
        [(7, 6)] = "that encryption is not offered",
        [(7, 7)] = "the message was changed on its way",
        [(7, 8)] = "the name or the password is wrong",
        [(7, 9)] = "that way to log in is too weak",
        [(7, 10)] = "encryption is needed",
        [(7, 11)] = "that way to log in needs encryption",
        [(7, 12)] = "the password must be changed first",
        [(7, 13)] = "the account is shut",
        [(7, 14)] = "the two systems do not trust each other so far",
        [(7, 15)] = "the message's priority is too low",
        [(7, 16)] = "the message is too big for its priority",
        [(7, 17)] = "the mailbox belongs to somebody else by now",
        [(7, 18)] = "the domain belongs to somebody else by now",
        [(7, 19)] = "whether the mailbox has changed hands cannot be found out",
        [(7, 20)] = "no DKIM signature holds",
        [(7, 21)] = "no DKIM signature that counts here holds",
        [(7, 22)] = "no DKIM signature of the author's domain holds",
        [(7, 23)] = "SPF: the sender's domain does not send from there",
        [(7, 24)] = "SPF: the sender's domain could not be asked",
        [(7, 25)] = "the sending host's address has no name that leads back to it",
        [(7, 26)] = "the message failed several checks of who sent it",
        [(7, 27)] = "the sender's domain takes no mail itself",
        [(7, 28)] = "too much mail from there",
        [(7, 29)] = "ARC: the chain of those who passed it on does not hold",
        [(7, 30)] = "the message may only go by TLS, which cannot be had",
    };

    /// <summary>What a code means without its class; what its subject does, where it is not known.</summary>
    public static string Of((int Subject, int Detail) code)
    {
        if (Rows.TryGetValue(code, out var meaning)) return meaning;
        return code.Subject < Subjects.Length ? Subjects[code.Subject] : "a code that is not in the registry";
    }
}
