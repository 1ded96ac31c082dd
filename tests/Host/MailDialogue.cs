using System.Text;

namespace Merpati.Host.Tests;

/// <summary>The two dialogues that the tests need again and again: send a message, read a maildrop.</summary>
internal static class MailDialogue
{
    /// <summary>A small message with a subject.</summary>
    public static byte[] Message(string subject, string body = "Hello!\r\n") =>
        Encoding.UTF8.GetBytes($"From: <sender@example.com>\r\nTo: <alice@example.org>\r\nSubject: {subject}\r\n\r\n{body}");

    /// <summary>Text as DATA carries it: dots doubled, ended. Only CRLF ends a line (RFC 5321 §4.1.1.4).</summary>
    public static byte[] Stuff(byte[] message)
    {
        using var wire = new MemoryStream();
        var lineStart = true;
        byte previous = 0;
        foreach (var octet in message)
        {
            if (lineStart && octet == (byte)'.') wire.WriteByte((byte)'.');
            wire.WriteByte(octet);
            lineStart = previous == (byte)'\r' && octet == (byte)'\n';
            previous = octet;
        }

        if (!lineStart) wire.Write("\r\n"u8);
        wire.Write(".\r\n"u8);
        return wire.ToArray();
    }

    /// <summary>Sends one message in an open session and returns the reply to its end.</summary>
    public static async Task<string> SendAsync(LineClient smtp, byte[] message, params string[] recipients)
    {
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<sender@example.com> BODY=8BITMIME"), StringComparison.Ordinal);
        foreach (var recipient in recipients) Assert.StartsWith("250", await smtp.AskAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(Stuff(message));
        return await smtp.ReadReplyAsync();
    }

    /// <summary>Opens a session and says EHLO.</summary>
    public static async Task<LineClient> GreetAsync(RunningServer server)
    {
        var smtp = await LineClient.ConnectAsync(server.Smtp);
        Assert.StartsWith("250", await smtp.AskAsync("EHLO client.example.com"), StringComparison.Ordinal);
        return smtp;
    }

    /// <summary>Opens a maildrop.</summary>
    public static async Task<LineClient> LogInAsync(RunningServer server, string user = "alice", string password = "secret")
    {
        var pop3 = await LineClient.ConnectAsync(server.Pop3);
        Assert.StartsWith("+OK", await pop3.AskAsync($"USER {user}"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await pop3.AskAsync($"PASS {password}"), StringComparison.Ordinal);
        return pop3;
    }

    /// <summary>Every message of a maildrop, as RETR yields it.</summary>
    public static async Task<List<byte[]>> ReadAllAsync(RunningServer server, string user = "alice")
    {
        using var pop3 = await LogInAsync(server, user);
        var count = int.Parse((await pop3.AskAsync("STAT")).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        var messages = new List<byte[]>(count);
        for (var number = 1; number <= count; number++)
        {
            Assert.StartsWith("+OK", await pop3.AskAsync($"RETR {number}"), StringComparison.Ordinal);
            messages.Add(await pop3.ReadTextAsync() ?? throw new InvalidOperationException("the server closed in the middle of a message"));
        }

        Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
        return messages;
    }

    /// <summary>A message without the trace fields that this server put on top: Return-Path and Received.</summary>
    public static byte[] WithoutTrace(byte[] message)
    {
        var text = message.AsSpan();
        Assert.True(text.StartsWith("Return-Path: <"u8));
        text = text[(text.IndexOf("\r\n"u8) + 2)..];
        Assert.True(text.StartsWith("Received: from "u8));
        do text = text[(text.IndexOf("\r\n"u8) + 2)..];
        while (text.StartsWith("\t"u8));
        return text.ToArray();
    }
}
