using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Tests.Legacy;

public sealed class SecretSealerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("merpati-sealer-").FullName;

    private string KeyPath => Path.Combine(_folder, "legacy.key");

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void OpensWhatItHasSealedForTheSameAddressOnly()
    {
        using var sealer = SecretSealer.Open(KeyPath);
        foreach (var password in (string[])["x", "p\u00E4ss\0word", new string('p', 1024)])
        {
            var text = sealer.Seal(Encoding.UTF8.GetBytes(password), Address("alice@example.org"));
            Assert.StartsWith("v1$", text, StringComparison.Ordinal);
            Assert.True(sealer.TryOpen(text, Address("Alice@EXAMPLE.org"), out var secret));
            Assert.Equal(password, Encoding.UTF8.GetString(secret));
            Assert.False(sealer.TryOpen(text, Address("bob@example.org"), out secret));
            Assert.Empty(secret);
        }
    }

    [Fact]
    public void NeverSealsTwiceAlike()
    {
        using var sealer = SecretSealer.Open(KeyPath);
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => sealer.Seal("secret"u8, Address("a@b.example"))).Distinct().Count());
    }

    [Fact]
    public void OpensItAfterARestartAndNotWithAnotherKey()
    {
        string text;
        byte[] derived;
        using (var before = SecretSealer.Open(KeyPath))
        {
            text = before.Seal("secret"u8, Address("a@b.example"));
            derived = before.DeriveKey("salts");
            Assert.Equal(32, derived.Length);
            Assert.NotEqual(derived, before.DeriveKey("others"));
            Assert.NotEqual(File.ReadAllBytes(KeyPath), derived);
        }

        using var after = SecretSealer.Open(KeyPath);
        Assert.True(after.TryOpen(text, Address("a@b.example"), out _));
        Assert.Equal(derived, after.DeriveKey("salts"));
        using var other = SecretSealer.Open(KeyPath + "2");
        Assert.False(other.TryOpen(text, Address("a@b.example"), out _));
    }

    [Fact]
    public void RefusesEveryChangedText()
    {
        using var sealer = SecretSealer.Open(KeyPath);
        var address = Address("a@b.example");
        var text = sealer.Seal("secret"u8, address);
        var box = Convert.FromBase64String(text[3..]);
        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            Assert.False(sealer.TryOpen("v1$" + Convert.ToBase64String(changed), address, out _));
        }

        foreach (var bad in (string?[])[null, "", "v1$", "v2" + text[2..], "V1" + text[2..], text[3..], text + "=", text[..^4], text + "AAAA", "v1$AAAA", "v1$*", "v1$" + new string('A', 100_000)])
        {
            Assert.False(sealer.TryOpen(bad, address, out var secret));
            Assert.Empty(secret);
        }
    }

    [Fact]
    public void SealsNothingWithoutALengthThatAPasswordHas()
    {
        using var sealer = SecretSealer.Open(KeyPath);
        Assert.Throws<ArgumentOutOfRangeException>(() => sealer.Seal(""u8, Address("a@b.example")));
        Assert.Throws<ArgumentOutOfRangeException>(() => sealer.Seal(new byte[1025], Address("a@b.example")));
    }

    [Fact]
    public void MakesAKeyFileForItsOwnerAlone()
    {
        SecretSealer.Open(KeyPath).Dispose();
        var key = File.ReadAllBytes(KeyPath);
        Assert.Equal(SecretSealer.KeyLength, key.Length);
        Assert.Single(Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        SecretSealer.Open(KeyPath).Dispose();
        Assert.Equal(key, File.ReadAllBytes(KeyPath));
        SecretSealer.Open(KeyPath + "2").Dispose();
        Assert.NotEqual(key, File.ReadAllBytes(KeyPath + "2"));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void RefusesAKeyFileThatOthersMayUse(UnixFileMode others)
    {
        if (OperatingSystem.IsWindows()) return;
        SecretSealer.Open(KeyPath).Dispose();
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        var refusal = Assert.Throws<KeyFileException>(() => SecretSealer.Open(KeyPath));
        Assert.Equal($"{KeyPath}: others than its owner may use this key file; run: chmod 600 {KeyPath}", refusal.Message);
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead);
        SecretSealer.Open(KeyPath).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void RefusesAKeyFileOfAnotherLengthAndLeavesItAsItIs(int length)
    {
        SecretSealer.Open(KeyPath).Dispose();
        File.WriteAllBytes(KeyPath, new byte[length]);
        Assert.Throws<KeyFileException>(() => SecretSealer.Open(KeyPath));
        Assert.Equal(length, new FileInfo(KeyPath).Length);
    }

    [Fact]
    public void SaysSoWhenItCannotMakeTheFile()
    {
        Assert.ThrowsAny<IOException>(() => SecretSealer.Open(Path.Combine(_folder, "missing", "key")));
        Directory.CreateDirectory(KeyPath);
        Assert.ThrowsAny<Exception>(() => SecretSealer.Open(KeyPath));
    }

    [Fact]
    public async Task GivesAllWhoStartAtOnceTheSameKey()
    {
        using var start = new Barrier(4);
        var derived = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            using var sealer = SecretSealer.Open(KeyPath);
            return Convert.ToHexString(sealer.DeriveKey("x"));
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Single(derived.Distinct());
        Assert.Single(Directory.GetFiles(_folder));
    }

    private static EmailAddress Address(string text)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        return address;
    }
}
