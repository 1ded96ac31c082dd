using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Pop3.Client;
using Merpati.Storage;
using Merpati.Wire.Connecting;
using Merpati.Wire.Lines;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Tests.Client;

/// <summary>The client with our own server over real sockets: each proves the other.</summary>
public sealed class ClientServerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PaulsLogin _login = new();
    private SecureOffice? _secure;

    private MemoryMessages Messages => _secure!.Office.Messages;

    public async ValueTask InitializeAsync() => _secure = await SecureOffice.OpenAsync(office => _login.Arrange(office, sasl: true, apop: false));

    public async ValueTask DisposeAsync()
    {
        await _secure!.DisposeAsync();
        _login.Dispose();
    }

    [Theory]
    [InlineData(Pop3TlsUse.None)]
    [InlineData(Pop3TlsUse.Required)]
    public async Task CollectsAWholeMaildrop(Pop3TlsUse tls)
    {
        await using var connection = await ConnectAsync(tls);
        var client = connection.Client;
        Assert.True(client.Capabilities is { HasPipelining: true, HasUniqueIds: true, HasTop: true, HasAuthResponseCode: true });
        var (listing, _) = await client.ListAsync(default);
        Assert.Equal(PostOffice.PaulsSizes.Select(size => (long)size), listing!.Select(entry => entry.Octets));
        Assert.Equal(6, listing!.Select(entry => entry.UniqueId).Distinct().Count());
        var mail = new GatheredMail();
        Assert.True((await client.RetrieveAsync([.. listing!.Select(entry => entry.Number)], mail, default).WaitAsync(Patience)).IsDone);
        Assert.Equal(PostOffice.PaulsSizes.Select((size, i) => $"{i + 1} Done {size} {Encoding.ASCII.GetString(PostOffice.TextOf(size))}"), mail.All);
        var top = new Gathered();
        Assert.True((await client.TopAsync(1, 0, top, default)).Step.IsDone);
        Assert.Equal("Subject: life\r\n\r\n", top.Text);
        Assert.Equal([7, 9], (await client.DeleteAsync([1, 3, 7, 5, 9], default)).Refused);
        Assert.True((await client.QuitAsync(default)).IsDone);
        Assert.Equal([13u, 17u, 21u], Messages.Uids(PostOffice.Paul));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RemovesNothingWithoutQuit(bool reset)
    {
        await using (var connection = await ConnectAsync(Pop3TlsUse.None))
        {
            Assert.Equal(2, (await connection.Client.DeleteAsync([1, 2], default)).Marked);
            if (reset) await connection.Client.ResetAsync(default);
        }

        await _secure!.CloseAsync();
        Assert.Equal(6, Messages.Uids(PostOffice.Paul).Length);
        Assert.Equal(0, Messages.Expunges);
        Assert.False(Messages.IsLocked(PostOffice.Paul));
    }

    [Fact]
    public async Task IsToldThatNothingWasRemoved()
    {
        await using var connection = await ConnectAsync(Pop3TlsUse.None);
        await connection.Client.DeleteAsync([1, 2], default);
        Messages.OnExpunge = StoreFailure.Busy;
        var step = await connection.Client.QuitAsync(default);
        Assert.True(step.Outcome is Pop3Outcome.Refused or Pop3Outcome.Later, step.Text);
        Assert.Equal(6, Messages.Uids(PostOffice.Paul).Length);
    }

    [Fact]
    public async Task AMessageThatTheServerCannotFinishIsNotWhole()
    {
        await using var connection = await ConnectAsync(Pop3TlsUse.Required);
        Messages.PieceSize = 500;
        Messages.BeforeRead = pieces => Messages.OnRead = pieces == 2 ? StoreFailure.Corrupt : null;
        var text = new Gathered();
        var retrieval = await connection.Client.RetrieveAsync(2, text, default).WaitAsync(Patience);
        Assert.Equal(Pop3Outcome.Lost, retrieval.Step.Outcome);
        Assert.InRange(retrieval.Octets, 0, 1000);
    }

    [Theory]
    [InlineData(Pop3TlsUse.None)]
    [InlineData(Pop3TlsUse.Required)]
    public async Task CarriesManyMegabytesOctetForOctet(Pop3TlsUse tls)
    {
        var octets = Lines(20 * 1024 * 1024);
        Messages.Add(PostOffice.Paul, octets);
        await using var connection = await ConnectAsync(tls);
        var sink = new Hashed();
        var retrieval = await connection.Client.RetrieveAsync(7, sink, default).WaitAsync(Patience);
        Assert.True(retrieval.Step.IsDone, retrieval.Step.Text);
        Assert.Equal(octets.Length, retrieval.Octets);
        Assert.Equal(SHA256.HashData(octets), sink.Hash());
    }

    [Fact]
    public async Task ListsAndTakesThousandsOfMessages()
    {
        const int count = 5000;
        for (var i = 0; i < count; i++) Messages.Add(PostOffice.Paul, $"Subject: {i}\r\n\r\n.\r\n..{i}\r\n");
        await using var connection = await ConnectAsync(Pop3TlsUse.Required);
        var (listing, _) = await connection.Client.ListAsync(default).WaitAsync(Patience);
        Assert.Equal(count + 6, listing!.Count);
        var mail = new GatheredMail();
        Assert.True((await connection.Client.RetrieveAsync([.. Enumerable.Range(7, count)], mail, default).WaitAsync(Patience)).IsDone);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"Subject: {i}\r\n\r\n.\r\n..{i}\r\n"), mail.All.Select(line => line[(line.IndexOf("Subject", StringComparison.Ordinal))..]));
        Assert.Equal(count, (await connection.Client.DeleteAsync([.. Enumerable.Range(7, count)], default).WaitAsync(Patience)).Marked);
        Assert.True((await connection.Client.QuitAsync(default)).IsDone);
        Assert.Equal(6, Messages.Uids(PostOffice.Paul).Length);
    }

    [Theory]
    [InlineData("mail.example.org", true)]
    [InlineData("other.example.org", false)]
    public async Task ShowsAPasswordToAServerThatIsKnownByItsCertificate(string name, bool isKnown)
    {
        using var certificate = new NamedCertificate();
        await using var secure = await SecureOffice.OpenAsync(office => office.Tls = new TlsServer(new TlsServerOptions { Certificates = certificate }));
        var attempt = await OutgoingConnection.ConnectAsync(secure.Clear, new OutgoingOptions(), default);
        await using var connection = attempt.Connection!;
        var client = new Pop3Client(connection.Wire, new Pop3ClientOptions());
        await client.GreetAsync(default);
        var secured = await client.StartTlsAsync(new TlsClientOptions { TargetName = name, Authorities = [certificate.Own], Verification = TlsVerification.Required }, default);
        Assert.True(secured.IsDone, secured.Text);
        using var credentials = new SaslCredentials("paul", Encoding.UTF8.GetBytes(PostOffice.Secret));
        var step = await client.AuthenticateAsync(new Pop3Login(credentials) { ServerName = name }, default).WaitAsync(Patience);
        Assert.Equal(isKnown ? Pop3Outcome.Done : Pop3Outcome.Unsupported, step.Outcome);
    }

    private async Task<Pop3Connection> ConnectAsync(Pop3TlsUse tls)
    {
        var connector = new Pop3Connector(new Pop3ClientOptions(), new OutgoingOptions());
        var target = new Pop3Target("mail.example.org", _secure!.Clear) { Tls = tls, User = "paul", Password = PostOffice.Secret };
        var (connection, failure) = await connector.ConnectAsync(target, default).AsTask().WaitAsync(Patience);
        Assert.True(failure is null, failure?.Text);
        return connection!;
    }

    private static byte[] Lines(int length)
    {
        var octets = RandomNumberGenerator.GetBytes(length);
        for (var i = 0; i < octets.Length; i++)
        {
            octets[i] = octets[i] switch { (byte)'\r' or (byte)'\n' or > 250 => (byte)'.', var other => other };
            if (i % 77 == 76) (octets[i - 1], octets[i]) = ((byte)'\r', (byte)'\n');
        }

        (octets[^2], octets[^1]) = ((byte)'\r', (byte)'\n');
        if (octets[^3] == '\r') octets[^3] = (byte)'x';
        return octets;
    }

    private sealed class Hashed : IOctetSink
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Append(ReadOnlySpan<byte> octets) => _hash.AppendData(octets);

        public byte[] Hash()
        {
            using (_hash) return _hash.GetHashAndReset();
        }
    }

    private sealed class NamedCertificate : IServerCertificates, IDisposable
    {
        private readonly SslStreamCertificateContext _context;

        public NamedCertificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("mail.example.org");
            request.CertificateExtensions.Add(names.Build());
            Own = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2060, 1, 1, 0, 0, 0, TimeSpan.Zero));
            _context = SslStreamCertificateContext.Create(Own, additionalCertificates: null, offline: true);
        }

        public X509Certificate2 Own { get; }

        public SslStreamCertificateContext Find(string? serverName) => _context;

        public void Dispose() => Own.Dispose();
    }
}
