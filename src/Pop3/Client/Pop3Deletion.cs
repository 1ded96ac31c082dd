namespace Merpati.Pop3.Client;

/// <summary>What became of marking messages as deleted. They are removed at QUIT, and by nothing else (RFC 1939 §6).</summary>
/// <param name="Step">Done when the server has answered for each; else what ended the connection, and nothing is removed.</param>
/// <param name="Marked">How many are marked.</param>
/// <param name="Refused">The numbers that the server did not mark.</param>
public sealed record Pop3Deletion(Pop3Step Step, int Marked, IReadOnlyList<int> Refused);

/// <summary>How much a maildrop holds, as STAT tells it (RFC 1939 §5).</summary>
/// <param name="Messages">How many messages, those marked as deleted not among them.</param>
/// <param name="Octets">Their octets.</param>
public readonly record struct MaildropSize(int Messages, long Octets);

/// <summary>A language that a server can speak (RFC 6856 §3).</summary>
/// <param name="Tag">Its tag, such as <c>id</c>.</param>
/// <param name="Name">What it is called, in itself.</param>
public sealed record Pop3Language(string Tag, string Name);
