namespace Merpati.Pop3.Tests;

/// <summary>What is logged, and what never is.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task OneLineTellsOfASession()
    {
        var office = new PostOffice();
        await using var client = await office.LogInAsync();
        await client.SendAsync("RETR 4\r\nRETR 1\r\nTOP 2 0\r\nDELE 4\r\n");
        office.Time.Advance(TimeSpan.FromSeconds(3));
        await client.SendAsync("QUIT\r\n");
        await client.RestAsync();
        await client.EndAsync();
        var line = Assert.Single(office.Log.Lines);
        Assert.Equal("pop3 session of paul@example.org from 127.0.0.1: 2 retrieved, 1 deleted, 2564 octets, Quit after 3000 ms", line);
    }

    [Fact]
    public async Task AStrangersSessionIsNobodys()
    {
        var office = new PostOffice();
        await using var client = office.Connect();
        await client.HangUpAsync();
        await client.EndAsync();
        Assert.Equal("pop3 session of nobody from 127.0.0.1: 0 retrieved, 0 deleted, 0 octets, Dropped after 0 ms", Assert.Single(office.Log.Lines));
    }

    [Fact]
    public async Task RefusedLoginsAreToldWithTheNameEscaped()
    {
        var office = new PostOffice();
        await using var client = office.Connect();
        await client.SendAsync("USER pa\"ul\\r\r\nPASS guess\r\n");
        for (var i = 0; i < 3; i++) await client.NextAsync();
        Assert.Equal("pop3 login as \"pa\\u0022ul\\u005cr\" from 127.0.0.1 failed: BadLogin", Assert.Single(office.Log.Of(310)));
    }

    [Fact]
    public async Task ALongNameIsCut()
    {
        var office = new PostOffice();
        await using var client = office.Connect();
        await client.SendAsync($"USER {new string('n', 400)}\r\nPASS guess\r\n");
        for (var i = 0; i < 3; i++) await client.NextAsync();
        Assert.Contains($"\"{new string('n', 128)}...\"", Assert.Single(office.Log.Of(310)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordsAreInNoLine()
    {
        var office = new PostOffice();
        await using (var client = office.Connect())
        {
            await client.SendAsync("PASS early-secret\r\nUSER paul\r\nPASS wrong-secret\r\nUSER paul\r\nPASS bad-secret\0\r\nPASS " + new string('s', 600) + "-secret\r\n");
            office.AuthenticatorUnavailable = true;
            await client.SendAsync("PASS late-secret\r\n");
            office.AuthenticatorUnavailable = false;
            await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nPASS more-secret\r\nQUIT\r\n");
            await client.RestAsync();
        }

        Assert.NotEmpty(office.Log.Lines);
        Assert.All(office.Log.Lines, line => Assert.DoesNotContain("secret", line, StringComparison.OrdinalIgnoreCase));
        Assert.All(office.Log.Lines, line => Assert.DoesNotContain(PostOffice.Secret, line, StringComparison.Ordinal));
    }
}
