using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Auth.Tests.Sasl;

public sealed class ClientServerTests : IDisposable
{
    private readonly SaslHouse _house = new();

    public static TheoryData<string, bool> EveryMechanism => new(
        from name in (string[])["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"]
        from initialResponse in (bool[])[true, false]
        select (name, initialResponse));

    public void Dispose() => _house.Dispose();

    [Theory]
    [MemberData(nameof(EveryMechanism))]
    public async Task GrantsTheRightPassword(string mechanism, bool initialResponse)
    {
        Assert.Equal(new SaslStep(SaslStatus.Granted, default, _house.Alice), await LoginAsync(mechanism, "alice", SaslHouse.Password, initialResponse));
        Assert.Equal(_house.Alice, (await LoginAsync(mechanism, "alice@example.org", SaslHouse.Password, initialResponse)).Identity);
    }

    [Theory]
    [MemberData(nameof(EveryMechanism))]
    public async Task RefusesAllElseAlike(string mechanism, bool initialResponse)
    {
        (string Name, string Password)[] wrong =
        [
            ("alice", "wrong"), ("alice", "other"), ("bob", SaslHouse.Password), ("nobody", SaslHouse.Password),
            ("shut", SaslHouse.Password), ("mute", SaslHouse.Password), ("' OR 1=1--", "x"), ("%u%{x}{0}", "x"), ("*)(uid=*", "x"),
        ];
        foreach (var (name, password) in wrong) Assert.Equal(new SaslStep(SaslStatus.Refused), await LoginAsync(mechanism, name, password, initialResponse));
    }

    [Theory]
    [InlineData("CRAM-MD5")]
    [InlineData("DIGEST-MD5")]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("SCRAM-SHA-1-PLUS")]
    public async Task RefusesAnAccountWithoutASealedSecretInLegacyMechanisms(string mechanism) =>
        Assert.Equal(new SaslStep(SaslStatus.Refused), await LoginAsync(mechanism, "modern", SaslHouse.Password));

    [Fact]
    public async Task RefusesASecretThatWasSealedForAnother()
    {
        _house.Accounts.Set("bob", _house.Accounts["bob"] with { SealedSecret = _house.Accounts["alice"].SealedSecret });
        foreach (var mechanism in (string[])["CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1"])
        {
            Assert.Equal(SaslStatus.Refused, (await LoginAsync(mechanism, "bob", SaslHouse.Password)).Status);
        }
    }

    // One preparation for all: a no-break space, a soft hyphen and characters beyond ISO 8859-1.
    [Theory]
    [MemberData(nameof(EveryMechanism))]
    public async Task GrantsAPasswordThatIsNotAscii(string mechanism, bool initialResponse)
    {
        foreach (var (name, password) in ((string, string)[])[("latin", "gr\u00FC\u00DFe\u00A0dich"), ("far", "\u043F\u0430\u0440\u043E\u043B\u044C\u00AD\u2603"), ("odd", "\u00AD")])
        {
            var identity = _house.Add(name, password);
            Assert.Equal(identity, (await LoginAsync(mechanism, name, password, initialResponse)).Identity);
        }

        // Mapped characters are the same password, where the password is prepared at all.
        if (mechanism.StartsWith("SCRAM", StringComparison.Ordinal) || mechanism is "PLAIN" or "LOGIN")
        {
            Assert.Equal(SaslStatus.Granted, (await LoginAsync(mechanism, "latin", "gr\u00FC\u00DFe dich", initialResponse)).Status);
        }
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("DIGEST-MD5")]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("SCRAM-SHA-1-PLUS")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-256-PLUS")]
    public async Task LetsNobodyActForAnother(string mechanism)
    {
        foreach (var own in (string[])["alice", "alice@example.org", "Alice@EXAMPLE.org"])
        {
            Assert.Equal(_house.Alice, (await LoginAsync(mechanism, "alice", SaslHouse.Password, authorizationId: own)).Identity);
        }

        foreach (var other in (string[])["bob", "bob@example.org", "alice@example.net", "ALICE", "root", "a,=b"])
        {
            Assert.Equal(new SaslStep(SaslStatus.Refused), await LoginAsync(mechanism, "alice", SaslHouse.Password, authorizationId: other));
        }
    }

    [Theory]
    [MemberData(nameof(EveryMechanism))]
    public async Task EndsAfterItsResult(string mechanism, bool initialResponse)
    {
        foreach (var password in (string[])[SaslHouse.Password, "wrong"])
        {
            using var server = _house.Start(mechanism);
            using var credentials = new SaslCredentials("alice", SaslHouse.Octets(password));
            using var client = Choose(mechanism, credentials);
            await server.TalkAsync(client, initialResponse);
            foreach (var more in (string?[])[null, "", "x"]) Assert.Equal(new SaslStep(SaslStatus.Malformed), await server.SayAsync(more));
        }
    }

    [Theory]
    [MemberData(nameof(EveryMechanism))]
    public async Task RefusesWhateverIsTooLong(string mechanism, bool initialResponse)
    {
        foreach (var length in (int[])[12_289, 1_000_000])
        {
            using var server = _house.Start(mechanism);
            if (!initialResponse) await server.SayAsync(null);
            Assert.Equal(new SaslStep(SaslStatus.Malformed), await server.NextAsync(new byte[length], default));
            Assert.Equal(new SaslStep(SaslStatus.Malformed), await server.SayAsync("alice"));
        }
    }

    [Theory]
    [MemberData(nameof(EveryMechanism))]
    public async Task TakesNothingAfterItIsDisposed(string mechanism, bool initialResponse)
    {
        var server = _house.Start(mechanism);
        if (!initialResponse) await server.SayAsync(null);
        server.Dispose();
        server.Dispose();
        Assert.Equal(new SaslStep(SaslStatus.Malformed), await server.SayAsync("\0alice\0" + SaslHouse.Password));
    }

    [Fact]
    public async Task PassesOnWhatTheSourceThrowsAndIsOver()
    {
        using var server = _house.Start("PLAIN");
        _house.Accounts.Failure = new IOException("the store is broken");
        Assert.Same(_house.Accounts.Failure, await Assert.ThrowsAsync<IOException>(async () => await server.SayAsync("\0alice\0" + SaslHouse.Password)));
        _house.Accounts.Failure = null;
        Assert.Equal(SaslStatus.Malformed, (await server.SayAsync("\0alice\0" + SaslHouse.Password)).Status);
    }

    private static ISaslClientExchange Choose(string mechanism, SaslCredentials credentials) => SaslClient.Choose([mechanism], credentials, new SaslClientContext
    {
        Service = "smtp",
        HostName = "mail.example.org",
        Channel = mechanism.EndsWith("-PLUS", StringComparison.Ordinal) ? SaslHouse.Secure.Channel : null,
        AllowPlain = true,
        AllowLegacy = true,
    }) ?? throw new InvalidOperationException("the client cannot do " + mechanism);

    private async Task<SaslStep> LoginAsync(string mechanism, string name, string password, bool initialResponse = true, string? authorizationId = null)
    {
        using var server = _house.Start(mechanism);
        using var credentials = new SaslCredentials(name, SaslHouse.Octets(password)) { AuthorizationId = authorizationId };
        using var client = Choose(mechanism, credentials);
        return await server.TalkAsync(client, initialResponse);
    }
}
