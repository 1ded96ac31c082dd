using Merpati.Auth.Sasl;

namespace Merpati.Host.Cli.Talking;

/// <summary>What the words after AUTH mean to a console.</summary>
internal static class SaslWords
{
    /// <summary>The mechanisms that a console can run by itself.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        SaslMechanisms.ScramSha256Plus, SaslMechanisms.ScramSha256, SaslMechanisms.ScramSha1Plus, SaslMechanisms.ScramSha1,
        SaslMechanisms.DigestMd5, SaslMechanisms.CramMd5, SaslMechanisms.Plain, SaslMechanisms.Login,
    ];

    /// <summary>AUTH with the words after it. A mechanism that is not known here, and a first message that is ready, go out as they were typed.</summary>
    public static TalkPlan Plan(string[] words) => words switch
    {
        [] => new TalkPlan(TalkDeed.LogIn),
        [var user] when user.Contains('@', StringComparison.Ordinal) => new TalkPlan(TalkDeed.LogIn, User: user),
        [var mechanism] when IsKnown(mechanism) => new TalkPlan(TalkDeed.LogIn, mechanism.ToUpperInvariant()),
        [var mechanism, var user] when IsKnown(mechanism) && !IsFirstMessage(user) => new TalkPlan(TalkDeed.LogIn, mechanism.ToUpperInvariant(), user),
        _ => TalkPlan.Say,
    };

    private static bool IsKnown(string mechanism) => Known.Contains(mechanism, StringComparer.OrdinalIgnoreCase);

    // Users are not called so: what is PLAIN's holds a NUL (RFC 4616 §2), what is SCRAM's begins with its header (RFC 5802 §7).
    private static bool IsFirstMessage(string word)
    {
        if (word == "=") return true;
        var octets = new byte[word.Length];
        if (!Convert.TryFromBase64String(word, octets, out var length)) return false;
        var text = octets.AsSpan(0, length);
        return text.Contains((byte)0) || text.StartsWith("n,"u8) || text.StartsWith("y,"u8) || text.StartsWith("p="u8);
    }
}
