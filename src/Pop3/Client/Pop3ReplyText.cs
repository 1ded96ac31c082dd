using System.Buffers;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Pop3.Client;

/// <summary>The first line of what a server replied (RFC 1939 §3), fit to be shown: control characters and what is no text stand as "?".</summary>
public sealed class Pop3ReplyText
{
    private Pop3ReplyText(bool isPositive, bool isChallenge, string words, string status)
    {
        IsPositive = isPositive;
        IsChallenge = isChallenge;
        (Code, Words) = isPositive || isChallenge ? (Pop3ResponseCode.None, words) : CutCode(words);
        Text = words.Length == 0 ? status : $"{status} {words}";
    }

    /// <summary>Whether it says yes: +OK.</summary>
    public bool IsPositive { get; }

    /// <summary>The response code of a refusal (RFC 2449 §8); it is read whether or not the server has announced them.</summary>
    public Pop3ResponseCode Code { get; }

    /// <summary>What stands after the status and the response code.</summary>
    public string Words { get; }

    /// <summary>The line as it came.</summary>
    public string Text { get; }

    /// <summary>Whether it is "+", which asks for more (RFC 5034 §4).</summary>
    internal bool IsChallenge { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Reads a line without its end; false when it is no reply.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> line, out Pop3ReplyText? reply)
    {
        reply = null;
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        var status = end >= 0 ? line[..end] : line;
        var words = end >= 0 ? Show(line[(end + 1)..]) : "";
        if (status.SequenceEqual("+OK"u8)) reply = new Pop3ReplyText(true, false, words, "+OK");
        else if (status.SequenceEqual("-ERR"u8)) reply = new Pop3ReplyText(false, false, words, "-ERR");
        else if (status.SequenceEqual("+"u8)) reply = new Pop3ReplyText(false, true, words, "+");
        return reply is not null;
    }

    /// <summary>Octets of a server's as text. Somebody will print it, on a terminal or in a log.</summary>
    internal static string Show(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        while (!octets.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(octets, out var rune, out var length) == OperationStatus.Done && Utf8Text.IsAllowed(rune);
            text.Append(isText ? rune.ToString() : octets[0] == (byte)'\t' ? " " : "?");
            octets = octets[length..];
        }

        return text.ToString().TrimEnd(' ');
    }

    // RFC 2449 §8: a code is what stands in brackets at the start; its parts are divided by slashes and get more special to the right.
    private static (Pop3ResponseCode Code, string Words) CutCode(string words)
    {
        if (words.Length == 0 || words[0] != '[' || words.IndexOf(']', StringComparison.Ordinal) is not (var end and > 1)) return (Pop3ResponseCode.None, words);
        var name = words.AsSpan(1, end - 1);
        var rest = words[(end + 1)..].TrimStart(' ');
        if (Is(name, "AUTH")) return (Pop3ResponseCode.Auth, rest);
        if (Is(name, "IN-USE")) return (Pop3ResponseCode.InUse, rest);
        if (Is(name, "LOGIN-DELAY")) return (Pop3ResponseCode.LoginDelay, rest);
        if (Is(name, "SYS/TEMP")) return (Pop3ResponseCode.SysTemp, rest);
        if (Is(name, "SYS/PERM")) return (Pop3ResponseCode.SysPerm, rest);
        return (Is(name, "UTF8") ? Pop3ResponseCode.Utf8 : Pop3ResponseCode.Other, rest);
    }

    private static bool Is(ReadOnlySpan<char> name, string code) =>
        name.StartsWith(code, StringComparison.OrdinalIgnoreCase) && (name.Length == code.Length || name[code.Length] == '/');
}
