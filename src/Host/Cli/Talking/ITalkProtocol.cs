namespace Merpati.Host.Cli.Talking;

/// <summary>What a line from the server is.</summary>
internal enum HeardRole
{
    /// <summary>A line of a reply of which more follows.</summary>
    More,

    /// <summary>The last, or only, line of a reply.</summary>
    Last,

    /// <summary>A line of the text that belongs to a reply, as it is on the wire.</summary>
    Text,

    /// <summary>The line that ends such a text, but more follows.</summary>
    TextEnd,

    /// <summary>The line that ends such a text and with it the reply.</summary>
    LastTextEnd,

    /// <summary>No reply of this protocol.</summary>
    Strange,
}

/// <summary>What a reply asks of the client.</summary>
internal enum TalkNext
{
    /// <summary>Nothing: the next command may come.</summary>
    Command,

    /// <summary>A text that a line of a dot ends.</summary>
    Text,

    /// <summary>An answer to a challenge of a login.</summary>
    Answer,

    /// <summary>The handshake of TLS.</summary>
    Tls,

    /// <summary>To go: the server has said farewell.</summary>
    Farewell,
}

/// <summary>A line from the server, understood.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Next">What the reply asks for, where this is its end.</param>
internal readonly record struct Heard(HeardRole Role, TalkNext Next = TalkNext.Command)
{
    /// <summary>Whether the reply ends with it.</summary>
    public bool IsEnd => Role is HeardRole.Last or HeardRole.LastTextEnd;
}

/// <summary>What a line that the user typed is to become.</summary>
internal enum TalkDeed
{
    /// <summary>The line is said as it is.</summary>
    Say,

    /// <summary>The line is said, and a text follows without any reply.</summary>
    SayAndWrite,

    /// <summary>A SASL exchange, with what is missing asked for.</summary>
    LogIn,

    /// <summary>A login by the greeting's timestamp.</summary>
    LogInByDigest,

    /// <summary>The line is said with a password at its end, which is asked for.</summary>
    AddPassword,

    /// <summary>A chunk whose octets are counted.</summary>
    Chunk,
}

/// <summary>What a line that the user typed is to become, and with what.</summary>
/// <param name="Deed">What.</param>
/// <param name="Mechanism">The SASL mechanism; null for the strongest that is offered.</param>
/// <param name="User">The user; null when not given.</param>
internal sealed record TalkPlan(TalkDeed Deed, string? Mechanism = null, string? User = null)
{
    public static readonly TalkPlan Say = new(TalkDeed.Say);
}

/// <summary>What a console must know of a protocol. It keeps what the server has offered, which it has from what it hears; all that is bounded.</summary>
internal interface ITalkProtocol
{
    /// <summary>Its name, which is also the prompt.</summary>
    string Name { get; }

    /// <summary>Its name in the registry of GSSAPI names; null where it has no SASL.</summary>
    string? SaslService { get; }

    /// <summary>The longest AUTH command with a first message in it, in octets, line end included.</summary>
    int MaxAuthCommand { get; }

    /// <summary>Whether the server speaks first.</summary>
    bool HasGreeting { get; }

    /// <summary>The mechanisms that the server has offered; empty when it has not said.</summary>
    IReadOnlyList<string> Mechanisms { get; }

    /// <summary>The timestamp of the greeting; null where there is none.</summary>
    string? Timestamp { get; }

    /// <summary>What a line means that the user typed.</summary>
    TalkPlan Plan(string line);

    /// <summary>Notes what is said to the server, to know what its reply will be.</summary>
    void Said(string line);

    /// <summary>Understands the next line of a reply.</summary>
    Heard Hear(string line);

    /// <summary>Forgets what the server said before TLS (RFC 3207 §4.2, RFC 2595 §4).</summary>
    void Forget();

    /// <summary>What the line may become that begins so, up to the end of the word at its end.</summary>
    IReadOnlyList<string> Complete(string typed);
}
