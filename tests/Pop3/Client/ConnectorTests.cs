using System.Net;
using Merpati.Auth;
using Merpati.Pop3.Client;
using Merpati.Wire.Connecting;

namespace Merpati.Pop3.Tests.Client;

/// <summary>The connector with our own server: what protects the password, and what it tells of what went wrong.</summary>
public sealed class ConnectorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PaulsLogin _login = new();
    private readonly WrittenDown _written = new();

    public void Dispose() => _login.Dispose();

    [Theory]
    [InlineData(Pop3TlsUse.Opportunistic, false, "AUTH SCRAM-SHA-256-PLUS ...")]
    [InlineData(Pop3TlsUse.Required, false, "AUTH SCRAM-SHA-256-PLUS ...")]
    [InlineData(Pop3TlsUse.Required, true, "AUTH SCRAM-SHA-256-PLUS ...")]
    [InlineData(Pop3TlsUse.None, true, "AUTH SCRAM-SHA-256-PLUS ...")]
    [InlineData(Pop3TlsUse.None, false, "AUTH SCRAM-SHA-256 ...")]
    public async Task LogsInByScram(Pop3TlsUse tls, bool isImplicit, string command)
    {
        await using var secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl: true, apop: true));
        await using var connection = await ConnectAsync(Target(isImplicit ? secure.Secure : secure.Clear) with { Tls = tls, IsImplicitTls = isImplicit });
        Assert.Contains("C: " + command, _written.Lines);
        Assert.Equal(tls != Pop3TlsUse.None || isImplicit, connection.Tls.StartsWith("Tls1", StringComparison.Ordinal));
        Assert.Equal(tls != Pop3TlsUse.None && !isImplicit, _written.Lines.Contains("C: STLS"));
        var (size, _) = await connection.Client.StatAsync(default);
        Assert.Equal(new MaildropSize(6, PostOffice.PaulsSizes.Sum()), size);
        Assert.True((await connection.Client.QuitAsync(default)).IsDone);
        Assert.DoesNotContain(_written.Lines, line => line.Contains(PostOffice.Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Pop3TlsUse.None, false)]
    [InlineData(Pop3TlsUse.Opportunistic, true)]
    public async Task LogsInByApopWhereThatIsWhatThereIs(Pop3TlsUse tls, bool allowApop)
    {
        await using var secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl: false, apop: true));
        await using var connection = await ConnectAsync(Target(secure.Clear) with { Tls = tls, AllowApop = allowApop });
        Assert.Contains("C: APOP paul ...", _written.Lines);
        Assert.True((await connection.Client.StatAsync(default)).Step.IsDone);
    }

    [Theory]
    [InlineData(Pop3TlsUse.Opportunistic)]
    [InlineData(Pop3TlsUse.Required)]
    public async Task LogsInWithAPasswordUnderTls(Pop3TlsUse tls)
    {
        await using var secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl: false, apop: false));
        await using var connection = await ConnectAsync(Target(secure.Clear) with { Tls = tls });
        Assert.Equal(["C: USER paul", "C: PASS ..."], _written.Lines.Where(line => line.StartsWith("C: USER", StringComparison.Ordinal) || line.StartsWith("C: PASS", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Pop3TlsUse.Opportunistic, Pop3Outcome.Unsupported)]
    [InlineData(Pop3TlsUse.Required, Pop3Outcome.Unsupported)]
    [InlineData(Pop3TlsUse.Verified, Pop3Outcome.Unsupported)]
    [InlineData(Pop3TlsUse.None, Pop3Outcome.Done)]
    public async Task ShowsNoPasswordWhenStlsIsNotOfferedOrWasTakenAway(Pop3TlsUse tls, Pop3Outcome outcome)
    {
        await using var secure = await SecureOffice.OpenAsync(office =>
        {
            _login.Arrange(office, sasl: false, apop: true);
            office.Apop = null;
            office.Tls = null;
            office.Options = office.Options with { RequireTls = TlsRequirement.Never };
        });
        var (connection, failure) = await TryAsync(Target(secure.Clear) with { Tls = tls });
        if (connection is not null) await connection.DisposeAsync();
        Assert.Equal(outcome, failure?.Outcome ?? Pop3Outcome.Done);
        Assert.Equal(outcome == Pop3Outcome.Done ? 1 : 0, secure.Office.PasswordChecks);
    }

    [Fact]
    public async Task TrustsNoCertificateThatNobodyVouchesFor()
    {
        await using var secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl: true, apop: false));
        var (_, failure) = await TryAsync(Target(secure.Clear) with { Tls = Pop3TlsUse.Verified });
        Assert.Equal(Pop3Outcome.TlsFailed, failure!.Outcome);
        Assert.Equal("nobody we trust vouches for the server's certificate", failure.Text);
        (_, failure) = await TryAsync(Target(secure.Secure) with { Tls = Pop3TlsUse.Verified, IsImplicitTls = true });
        Assert.Equal(Pop3Outcome.TlsFailed, failure!.Outcome);
        Assert.DoesNotContain(_written.Lines, line => line.StartsWith("C: AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GoesOnWithoutTlsThatDoesNotWorkButShowsNoPassword()
    {
        await using var broken = await BrokenTls.OpenAsync();
        var (_, failure) = await TryAsync(Target(broken.EndPoint));
        Assert.Equal(Pop3Outcome.Unsupported, failure!.Outcome);
        Assert.Equal(["CAPA", "STLS", "CAPA", "QUIT"], broken.Heard);
    }

    [Theory]
    [InlineData(Pop3TlsUse.Required)]
    [InlineData(Pop3TlsUse.Verified)]
    public async Task DoesNotGoOnWithoutTlsThatIsAskedFor(Pop3TlsUse tls)
    {
        await using var broken = await BrokenTls.OpenAsync();
        var (_, failure) = await TryAsync(Target(broken.EndPoint) with { Tls = tls });
        Assert.Equal(Pop3Outcome.TlsFailed, failure!.Outcome);
        Assert.Equal(["CAPA", "STLS"], broken.Heard);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task IsToldThatThePasswordIsWrong(bool sasl, bool apop)
    {
        await using var secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl, apop));
        var (_, failure) = await TryAsync(Target(secure.Clear) with { Password = "wrong", AllowApop = true });
        Assert.Equal(Pop3Outcome.BadPassword, failure!.Outcome);
        Assert.Equal(Pop3ResponseCode.Auth, failure.Code);
    }

    [Fact]
    public async Task IsToldThatTheMaildropIsInUse()
    {
        await using var secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl: true, apop: false));
        await using var first = await ConnectAsync(Target(secure.Clear));
        var (_, failure) = await TryAsync(Target(secure.Clear));
        Assert.Equal(Pop3Outcome.Later, failure!.Outcome);
        Assert.Equal(Pop3ResponseCode.InUse, failure.Code);
    }

    [Fact]
    public async Task IsToldThatTheServerIsFull()
    {
        await using var broken = await BrokenTls.OpenAsync("-ERR [SYS/TEMP] too many\r\n");
        var (_, failure) = await TryAsync(Target(broken.EndPoint));
        Assert.Equal(Pop3Outcome.Later, failure!.Outcome);
        Assert.Equal("-ERR [SYS/TEMP] too many", failure.Text);
    }

    [Fact]
    public async Task IsToldThatNobodyIsThere()
    {
        IPEndPoint gone;
        await using (var broken = await BrokenTls.OpenAsync()) gone = broken.EndPoint;
        var (connection, failure) = await TryAsync(Target(gone));
        Assert.Null(connection);
        Assert.Equal(Pop3Outcome.Lost, failure!.Outcome);
    }

    [Fact]
    public async Task CanBeCancelledAtAnyTime()
    {
        await using var broken = await BrokenTls.OpenAsync("");
        using var cancellation = new CancellationTokenSource();
        var connecting = Connector().ConnectAsync(Target(broken.EndPoint), cancellation.Token).AsTask();
        await broken.Connected.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Connector().ConnectAsync(Target(broken.EndPoint), cancellation.Token).AsTask());
    }

    private static Pop3Target Target(IPEndPoint endPoint) => new("mail.example.org", endPoint) { User = "paul", Password = PostOffice.Secret };

    private Pop3Connector Connector() => new(new Pop3ClientOptions { Transcript = _written }, new OutgoingOptions());

    private async Task<(Pop3Connection? Connection, Pop3Step? Failure)> TryAsync(Pop3Target target) => await Connector().ConnectAsync(target, default).AsTask().WaitAsync(Patience);

    private async Task<Pop3Connection> ConnectAsync(Pop3Target target)
    {
        var (connection, failure) = await TryAsync(target);
        Assert.True(failure is null, failure?.Text);
        return connection!;
    }
}
