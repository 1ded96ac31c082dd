using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>
/// What is known of one mailbox from reading it again and again: which messages it holds under which unique-ids, and which were removed. Each look
/// is held against everything that was seen before.
/// </summary>
internal sealed class LedgerMailbox(string user, ConcurrentDictionary<string, LedgerEntry> ledger)
{
    private readonly List<(string Uidl, int Octets)> _known = []; // in the order of the mailbox, without the removed ones
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal); // of all messages that ever were here
    private List<string> _doubtful = []; // marked in a session whose QUIT was not answered: all of them go, or none

    public string User => user;

    public int Count => _known.Count;

    /// <summary>Reads the unique-ids and sizes, and every message that is new.</summary>
    public async Task LookAsync(LineClient pop3)
    {
        var uidls = await ListAsync(pop3, "UIDL");
        var sizes = (await ListAsync(pop3, "LIST")).Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(uidls.Count, sizes.Count);
        ResolveDoubts(uidls);
        Assert.DoesNotContain(uidls, _gone.Contains);
        Assert.Equal(_known, uidls.Zip(sizes).Take(_known.Count));
        for (var index = _known.Count; index < uidls.Count; index++)
        {
            var entry = Identify(await RetrieveAsync(pop3, index, sizes[index]));
            Assert.True(_ids.Add(entry.Id), $"{entry.Id} is in the mailbox of {user} twice");
            _known.Add((uidls[index], sizes[index]));
        }

        Assert.Equal(_known.Count, _known.DistinctBy(message => message.Uidl).Count());
    }

    /// <summary>Reads every message once more.</summary>
    public async Task ReadAgainAsync(LineClient pop3)
    {
        for (var index = 0; index < _known.Count; index++) Identify(await RetrieveAsync(pop3, index, _known[index].Octets));
    }

    /// <summary>Marks about a third of what was just looked at, then says QUIT, or goes without it; false when it went without.</summary>
    public async Task<bool> RemoveSomeAsync(LineClient pop3)
    {
        var marked = new List<string>();
        for (var index = 0; index < _known.Count; index++)
        {
            if (RandomNumberGenerator.GetInt32(3) > 0) continue;
            Expect(await pop3.AskAsync($"DELE {index + 1}"));
            marked.Add(_known[index].Uidl);
        }

        if (RandomNumberGenerator.GetInt32(3) == 0) return false;
        _doubtful = marked;
        Expect(await pop3.AskAsync("QUIT"));
        _doubtful = [];
        Remove(marked);
        return true;
    }

    /// <summary>Every message that was acknowledged for this mailbox is, or was, in it.</summary>
    public void AssertNothingLost()
    {
        var lost = ledger.Values.Where(entry => entry.Outcome == Outcome.Acknowledged && entry.Recipients.Contains(user) && !_ids.Contains(entry.Id))
            .Select(entry => entry.Id).ToList();
        Assert.True(lost.Count == 0, $"acknowledged, and lost from the mailbox of {user}: {string.Join(' ', lost)}");
    }

    private static void Expect(string reply)
    {
        if (reply == "[closed]") throw new EndOfStreamException();
        Assert.StartsWith("+OK", reply, StringComparison.Ordinal);
    }

    private static async Task<List<string>> ListAsync(LineClient pop3, string command)
    {
        Expect(await pop3.AskAsync(command));
        var lines = Encoding.ASCII.GetString(await pop3.ReadTextAsync() ?? throw new EndOfStreamException());
        return [.. lines.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1])];
    }

    private static async Task<byte[]> RetrieveAsync(LineClient pop3, int index, int octets)
    {
        Expect(await pop3.AskAsync($"RETR {index + 1}"));
        var message = await pop3.ReadTextAsync() ?? throw new EndOfStreamException();
        Assert.Equal(octets, message.Length);
        return MailDialogue.WithoutTrace(message);
    }

    private void ResolveDoubts(List<string> uidls)
    {
        var left = _doubtful.Count(uidls.Contains);
        Assert.True(left == 0 || left == _doubtful.Count, $"of {_doubtful.Count} messages of {user} whose removal was not answered, {left} are left");
        if (left == 0) Remove(_doubtful);
        _doubtful = [];
    }

    private void Remove(List<string> uidls)
    {
        _gone.UnionWith(uidls);
        _known.RemoveAll(message => _gone.Contains(message.Uidl));
    }

    private LedgerEntry Identify(byte[] text)
    {
        var id = LedgerEntry.IdOf(text);
        Assert.True(ledger.TryGetValue(id, out var entry), $"nobody ever sent {id}");
        Assert.True(entry.Is(text), $"{id} is not whole in the mailbox of {user}");
        Assert.Contains(user, entry.Recipients);
        Assert.True(entry.Outcome is Outcome.Acknowledged or Outcome.Unanswered, $"{id} was {entry.Outcome} and is in the mailbox of {user}");
        return entry;
    }
}
