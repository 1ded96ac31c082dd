using Merpati.Pop3.Server;
using Merpati.Storage.Addressing;

namespace Merpati.Pop3.Tests;

/// <summary>CAPA lists what holds for this client now (RFC 2449 §5).</summary>
public sealed class CapaTests
{
    [Fact]
    public Task ListsWhatHoldsBeforeAndAfterTheLogin() => new Transcript("""
        S: *
        C: CAPA
        S: +OK Capability list follows
        S: TOP
        S: UIDL
        S: USER
        S: PIPELINING
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: EXPIRE NEVER USER
        S: UTF8 USER
        S: LANG
        S: IMPLEMENTATION Merpati
        S: .
        C: USER paul
        S: +OK
        C: capa
        S: +OK Capability list follows
        S: TOP
        S: UIDL
        S: USER
        S: PIPELINING
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: EXPIRE NEVER USER
        S: UTF8 USER
        S: LANG
        S: IMPLEMENTATION Merpati
        S: .
        C: PASS Kukuru23432
        S: +OK paul's maildrop has 6 messages (12576 octets)
        C: CAPA
        S: +OK Capability list follows
        S: TOP
        S: UIDL
        S: USER
        S: PIPELINING
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: EXPIRE NEVER
        S: UTF8 USER
        S: LANG
        S: IMPLEMENTATION Merpati
        S: .
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Fact]
    public async Task ListsTheMechanismsAndTheDelay()
    {
        var office = OfficeSasl.NewOffice();
        office.HasApop = true;
        office.Options = office.Options with { LoginDelay = TimeSpan.FromSeconds(59.5), DefaultRetention = new Retention(30) };
        await using var client = office.Connect();
        var before = await CapaAsync(client, "");
        Assert.Equal(
            ["TOP", "UIDL", "USER", "SASL STEPS PLAIN", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "EXPIRE 30 USER", "LOGIN-DELAY 60", "UTF8 USER", "LANG", "IMPLEMENTATION Merpati"], before);
        var after = await CapaAsync(client, $"USER paul\r\nPASS {PostOffice.Secret}\r\n");
        Assert.Equal(before.Select(line => line == "EXPIRE 30 USER" ? "EXPIRE 30" : line), after);
    }

    [Theory]
    [InlineData(int.MaxValue, null, "EXPIRE NEVER USER", "EXPIRE NEVER")]
    [InlineData(30, null, "EXPIRE 30 USER", "EXPIRE 30")]
    [InlineData(0, null, "EXPIRE 0 USER", "EXPIRE 0")]
    [InlineData(30, 7, "EXPIRE 30 USER", "EXPIRE 7")]
    [InlineData(30, 0, "EXPIRE 30 USER", "EXPIRE 0")]
    [InlineData(30, int.MaxValue, "EXPIRE 30 USER", "EXPIRE NEVER")]
    public async Task SaysHowLongMessagesStayForThisUser(int byDefault, int? forPaul, string before, string after)
    {
        var office = new PostOffice { Options = new() { HostName = "mail.example.org", DefaultRetention = new Retention(byDefault) } };
        office.Messages.Retention = forPaul is { } days ? new Retention(days) : null;
        await using var client = office.Connect();
        Assert.Contains(before, await CapaAsync(client, ""));
        Assert.Contains(after, await CapaAsync(client, $"USER paul\r\nPASS {PostOffice.Secret}\r\n"));
    }

    [Fact]
    public void RefusesOptionsThatMakeNoSense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Serve(new() { HostName = "mail.example.org", LoginDelay = TimeSpan.FromSeconds(-1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Serve(new() { HostName = "mail.example.org", DefaultRetention = new Retention(-1) }));

        static void Serve(Pop3ServiceOptions options) => new PostOffice { Options = options }.Service();
    }

    private static async Task<List<string>> CapaAsync(MemoryClient client, string before)
    {
        await client.SendAsync(before + "CAPA\r\n");
        while (await client.NextAsync() != "+OK Capability list follows")
        {
        }

        var lines = new List<string>();
        while (await client.NextAsync() is { } line and not ".") lines.Add(line);
        return lines;
    }
}
