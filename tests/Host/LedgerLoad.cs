using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Merpati.Host.Tests;

/// <summary>Sessions that send messages of all sizes and all fates, and write down how each ended, until the server is killed under them.</summary>
internal sealed class LedgerLoad(ConcurrentDictionary<string, LedgerEntry> ledger, IReadOnlyList<string> users)
{
    private const int MostPerSession = 60;
    private const int Large = 5_000_000; // octets

    private enum Fate
    {
        Whole,
        CutShort,
        BareNewline,
        OneUnknown,
    }

    /// <summary>Runs one session; <paramref name="isKilled"/> says whether a lost connection is to be expected.</summary>
    public async Task RunAsync(RunningServer server, string session, bool beginsLarge, Func<bool> isKilled)
    {
        var number = 0;
        try
        {
            while (number < MostPerSession)
            {
                using var smtp = await LineClient.ConnectAsync(server.Smtp);
                Expect(smtp.Greeting, "220");
                Expect(await smtp.AskAsync("EHLO client.example.com"), "250");
                bool goesOn;
                do
                {
                    var octets = beginsLarge && number == 0 ? Large : AnySize();
                    goesOn = await SendAsync(smtp, string.Create(CultureInfo.InvariantCulture, $"{session}.{++number}"), octets);
                }
                while (goesOn && number < MostPerSession);
            }
        }
        catch (Exception gone) when (gone is System.Net.Sockets.SocketException or EndOfStreamException)
        {
            Assert.True(isKilled(), $"{session}.{number}: the server has closed: {gone.Message}");
        }
    }

    private static void Expect(string reply, string code)
    {
        if (reply is "[closed]" or "") throw new EndOfStreamException();
        Assert.StartsWith(code, reply, StringComparison.Ordinal);
    }

    // Many small ones, some larger, a few up to 200 KB.
    private static int AnySize() => RandomNumberGenerator.GetInt32(100) switch
    {
        < 70 => RandomNumberGenerator.GetInt32(1_000, 8_000),
        < 95 => RandomNumberGenerator.GetInt32(8_000, 64_000),
        _ => RandomNumberGenerator.GetInt32(64_000, 200_000),
    };

    private static Fate AnyFate() => RandomNumberGenerator.GetInt32(100) switch
    {
        < 10 => Fate.CutShort,
        < 15 => Fate.BareNewline,
        < 25 => Fate.OneUnknown,
        _ => Fate.Whole,
    };

    // False when the session has cut its own connection.
    private async Task<bool> SendAsync(LineClient smtp, string id, int octets)
    {
        var fate = AnyFate();
        var first = RandomNumberGenerator.GetInt32(users.Count);
        var recipients = Enumerable.Range(first, RandomNumberGenerator.GetInt32(1, 4)).Select(index => users[index % users.Count]).ToList();
        var entry = new LedgerEntry(id, octets, recipients);
        Assert.True(ledger.TryAdd(id, entry));
        Expect(await smtp.AskAsync("MAIL FROM:<sender@example.com>"), "250");
        foreach (var user in recipients) Expect(await smtp.AskAsync($"RCPT TO:<{user}@example.org>"), "250");
        if (fate == Fate.OneUnknown) Expect(await smtp.AskAsync("RCPT TO:<nobody@example.org>"), "550");
        Expect(await smtp.AskAsync("DATA"), "354");

        var text = MailDialogue.Stuff(entry.Message);
        entry.Forget();
        if (fate == Fate.CutShort)
        {
            await smtp.SendAsync(text.AsMemory(0, RandomNumberGenerator.GetInt32(1, text.Length - 4)));
            smtp.Reset();
            return false;
        }

        if (fate == Fate.BareNewline)
        {
            text[^8] = (byte)'\n'; // within the last line of the text
            entry.Outcome = Outcome.Refused;
            await smtp.SendAsync(text);
            Expect(await smtp.ReadReplyAsync(), "550 5.6.0");
            return true;
        }

        entry.Outcome = Outcome.Unanswered;
        await smtp.SendAsync(text);
        Expect(await smtp.ReadReplyAsync(), "250 2.0.0");
        entry.Outcome = Outcome.Acknowledged;
        return true;
    }
}
