namespace Merpati.Host.Cli.Dialogues;

/// <summary>The colours of a dialogue on a terminal (ECMA-48 SGR).</summary>
internal static class Colours
{
    public const string Off = "\u001b[0m";
    public const string Client = "\u001b[36m";
    public const string Good = "\u001b[32m";
    public const string GoOn = "\u001b[34m";
    public const string TryLater = "\u001b[33m";
    public const string Refused = "\u001b[31m";
    public const string Faint = "\u001b[2m";

    /// <summary>Whether colours are wanted: on a terminal, unless the user says otherwise (NO_COLOR) or the terminal has none.</summary>
    public static bool AreWanted(bool isRedirected) =>
        !isRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>The colour of a reply by its class: SMTP's first digit (RFC 5321 §4.2.1), POP3's status indicator (RFC 1939 §3), Progin's word.</summary>
    public static string OfReply(string line) => line switch
    {
        ['2', >= '0' and <= '9', >= '0' and <= '9', ..] or ['+', 'O', 'K', ..] or ['O', 'K', ..] or ['B', 'Y', 'E', ..] => Good,
        ['3', >= '0' and <= '9', >= '0' and <= '9', ..] or ['+', ' ', ..] => GoOn,
        ['4', >= '0' and <= '9', >= '0' and <= '9', ..] => TryLater,
        ['5', >= '0' and <= '9', >= '0' and <= '9', ..] or ['-', 'E', 'R', 'R', ..] or ['E', 'R', 'R', ..] => Refused,
        _ => Faint,
    };
}
