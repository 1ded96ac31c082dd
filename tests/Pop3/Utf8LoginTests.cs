using System.Text;
using Merpati.Auth.Legacy;

namespace Merpati.Pop3.Tests;

/// <summary>UTF8 and LANG beside APOP and STLS (RFC 6856 §2).</summary>
public sealed class Utf8LoginTests
{
    [Theory]
    [InlineData(true, "+OK анна's maildrop has 0 messages (0 octets)")]
    [InlineData(false, "+OK Your maildrop has 0 messages (0 octets)")]
    public async Task ApopTakesANameBeyondAscii(bool utf8, string reply)
    {
        await using var client = new PostOffice { HasApop = true }.Connect();
        var banner = (await client.NextAsync())!;
        var timestamp = Encoding.ASCII.GetBytes(banner[banner.IndexOf('<', StringComparison.Ordinal)..]);
        var digest = Encoding.ASCII.GetString(ApopDigest.Compute(timestamp, Encoding.UTF8.GetBytes("тайна")));
        await client.SendAsync(OctetText.Of((utf8 ? "UTF8\r\n" : "") + $"APOP анна {digest}\r\n"));
        if (utf8) Assert.Equal("+OK UTF-8 mode is on.", await client.NextAsync());
        Assert.Equal(OctetText.Of(reply), await client.NextAsync());
    }

    [Fact]
    public async Task StlsDoesNotComeAfterUtf8()
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectAsync();
        Assert.Contains("STLS", await client.ListAsync("CAPA"));
        Assert.Equal("+OK UTF-8 mode is on.", await client.AskAsync("UTF8"));
        Assert.DoesNotContain("STLS", await client.ListAsync("CAPA"));
        Assert.Equal("-ERR STLS comes before UTF8.", await client.AskAsync("STLS"));
        Assert.Equal("-ERR A secure connection is needed before a password is taken.", await client.AskAsync("USER paul"));
        Assert.StartsWith("+OK ", await client.AskAsync("QUIT"), StringComparison.Ordinal);
        await secure.CloseAsync();
    }

    // RFC 2595 §4: whoever listened on the way may have said it.
    [Fact]
    public async Task TheLanguageThatWasChosenInTheClearIsForgotten()
    {
        await using var secure = await SecureOffice.OpenAsync();
        await using var client = await secure.ConnectAsync();
        Assert.StartsWith("+OK id ", await client.AskAsync("LANG id"), StringComparison.Ordinal);
        Assert.Equal("+OK Mulailah jabat tangan TLS.", await client.AskAsync("STLS"));
        await client.SecureAsync();
        Assert.Equal("-ERR Log in first.", await client.AskAsync("STAT"));
        Assert.Equal("+OK UTF-8 mode is on.", await client.AskAsync("UTF8"));
        Assert.Equal("+OK", await client.AskAsync("USER paul"));
        Assert.StartsWith("+OK paul's maildrop", await client.AskAsync($"PASS {PostOffice.Secret}"), StringComparison.Ordinal);
        Assert.StartsWith("+OK ", await client.AskAsync("QUIT"), StringComparison.Ordinal);
        await secure.CloseAsync();
    }
}
