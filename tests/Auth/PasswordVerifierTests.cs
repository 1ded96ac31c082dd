using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Tests;

public sealed class PasswordVerifierTests
{
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private const string Key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string Good = "SCRAM-SHA-256$4096:" + Salt + "$" + Key + ":" + Key;

    // The exchange of RFC 7677 §3: user "user", password "pencil".
    private const string AuthMessage =
        "n=user,r=rOprNGfwEbeRWgbNEkqO," +
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=" + Salt + ",i=4096," +
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    private const string Proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string ServerSignature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public void DerivesTheKeysOfThePublishedExchange()
    {
        var verifier = PasswordVerifier.Derive("pencil"u8, Convert.FromBase64String(Salt), 4096);
        var message = Encoding.ASCII.GetBytes(AuthMessage);

        var clientKey = Convert.FromBase64String(Proof);
        var signature = HMACSHA256.HashData(verifier.StoredKey, message);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= signature[i];
        Assert.Equal(verifier.StoredKey, SHA256.HashData(clientKey));
        Assert.Equal(ServerSignature, Convert.ToBase64String(HMACSHA256.HashData(verifier.ServerKey, message)));

        Assert.True(verifier.Matches("pencil"u8));
        Assert.False(verifier.Matches("Pencil"u8));
        Assert.False(verifier.Matches("pencil "u8));
        Assert.False(verifier.Matches(""u8));
    }

    [Fact]
    public void ReadsBackTheTextItWrote()
    {
        var made = PasswordVerifier.Create("pässword"u8, 5000);
        Assert.True(PasswordVerifier.TryParse(made.ToString(), out var read));
        Assert.Equal(made.ToString(), read.ToString());
        Assert.Equal(5000, read.Iterations);
        Assert.Equal(16, read.Salt.Length);
        Assert.True(read.Matches("pässword"u8));
        Assert.False(read.Matches("password"u8));
        Assert.True(PasswordVerifier.TryParse(Good, out _));
    }

    [Fact]
    public void NeverUsesASaltTwice() =>
        Assert.NotEqual(AccountList.VerifierOf("same").ToString(), AccountList.VerifierOf("same").ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pencil")]
    [InlineData("SCRAM-SHA-1$4096:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("scram-sha-256$4096:" + Salt + "$" + Key + ":" + Key)]
    [InlineData(" " + Good)]
    [InlineData(Good + " ")]
    [InlineData(Good + "$")]
    [InlineData("SCRAM-SHA-256$4096:" + Salt)]
    [InlineData("SCRAM-SHA-256$4096$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:" + Salt + "$" + Key)]
    [InlineData("SCRAM-SHA-256$4096:" + Salt + "$" + Key + ":" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4095:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$0:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$-4096:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$+4096:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$04096:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4,096:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$10000001:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$99999999999:" + Salt + "$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:c2hvcnQ=$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gR==$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:W22ZaJ0 SNY7soEsUEjb6gQ==$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6g*==$" + Key + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:" + Salt + "$" + Salt + ":" + Key)]
    [InlineData("SCRAM-SHA-256$4096:" + Salt + "$" + Key + ":" + Salt)]
    [InlineData("SCRAM-SHA-256$4096:" + Salt + "$" + Key + ":")]
    [InlineData("SCRAM-SHA-256$4096:" + Salt + "$:" + Key)]
    public void RefusesAMalformedText(string? text)
    {
        Assert.False(PasswordVerifier.TryParse(text, out var verifier));
        Assert.Null(verifier);
    }

    [Fact]
    public void RefusesASaltThatIsTooLong()
    {
        Assert.True(PasswordVerifier.TryParse(Good.Replace(Salt, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal), out _));
        Assert.False(PasswordVerifier.TryParse(Good.Replace(Salt, Convert.ToBase64String(new byte[65]), StringComparison.Ordinal), out _));
    }

    [Fact]
    public void HoldsTheLimitsOfIterationsAndLength()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PasswordVerifier.Create("x"u8, PasswordVerifier.MinIterations - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PasswordVerifier.Create("x"u8, PasswordVerifier.MaxIterations + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PasswordVerifier.Create(""u8, PasswordVerifier.MinIterations));
        Assert.Throws<ArgumentOutOfRangeException>(() => PasswordVerifier.Create(new byte[PasswordVerifier.MaxPasswordOctets + 1], PasswordVerifier.MinIterations));
        Assert.True(PasswordVerifier.Create(new byte[PasswordVerifier.MaxPasswordOctets], PasswordVerifier.MinIterations).Matches(new byte[PasswordVerifier.MaxPasswordOctets]));
        Assert.Equal(600_000, PasswordVerifier.DefaultIterations);
    }
}
