namespace Merpati.Smtp.Client;

/// <summary>How long a client waits. The defaults are those of RFC 5321 §4.5.3.2. Each is for a whole reply, however many lines it has.</summary>
public sealed record SmtpTimeouts
{
    /// <summary>For the greeting (RFC 5321 §4.5.3.2.1).</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to a command that has no time of its own: EHLO, AUTH, RSET, STARTTLS.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to MAIL (RFC 5321 §4.5.3.2.2).</summary>
    public TimeSpan Mail { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to RCPT (RFC 5321 §4.5.3.2.3).</summary>
    public TimeSpan Recipient { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For the reply to DATA (RFC 5321 §4.5.3.2.4).</summary>
    public TimeSpan DataBegin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the server to take a piece of the text, of some 64 KB (RFC 5321 §4.5.3.2.5).</summary>
    public TimeSpan DataBlock { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>For the reply to the end of the text (RFC 5321 §4.5.3.2.6). Too short a time makes duplicates (RFC 1047).</summary>
    public TimeSpan DataEnd { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the reply to QUIT, on which nothing depends any more.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The slowest that a text as a whole may go, in octets per second, once <see cref="DataBlock"/> has passed: else a server that takes a little now and then
    /// could hold its client for days. 500 by default; 0 for no bound.
    /// </summary>
    public int MinOctetsPerSecond { get; init; } = 500;
}
