using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Tls;

public sealed class ClientCertificateTests : IDisposable
{
    private readonly CertificateFolder _folder = new();
    private readonly PemCertificates _certificates;
    private readonly X509Certificate2 _ours = CertificateFolder.Authority("ours");
    private readonly X509Certificate2 _theirs = CertificateFolder.Authority("theirs");
    private readonly TlsServer _tls;

    public ClientCertificateTests()
    {
        _certificates = _folder.Read(_folder.Make("mail", "mail.test"));
        _tls = new TlsServer(new TlsServerOptions { Certificates = _certificates, ClientAuthorities = [_ours] });
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task KnowsAClientOfItsAuthority(SslProtocols protocol)
    {
        using var client = CertificateFolder.Issue(_ours, "ann");
        for (var time = 0; time < 3; time++) Assert.Equal("CN=ann", await WhoAsync(_tls, client, protocol)); // resumed, it is judged again
    }

    [Fact]
    public async Task ServesClientsWithoutACertificateThatCounts()
    {
        using var stranger = CertificateFolder.Issue(_theirs, "ann");
        using var expired = CertificateFolder.Issue(_ours, "ann", days: -1);
        using var server = CertificateFolder.Issue(_ours, "ann", purpose: 1);
        Assert.Equal("nobody", await WhoAsync(_tls, null));
        Assert.Equal("nobody", await WhoAsync(_tls, stranger));
        Assert.Equal("nobody", await WhoAsync(_tls, expired));
        Assert.Equal("nobody", await WhoAsync(_tls, server));
    }

    [Fact]
    public async Task DoesNotAskWhereNobodyIsTrusted()
    {
        using var client = CertificateFolder.Issue(_ours, "ann");
        Assert.Equal("nobody", await WhoAsync(new TlsServer(new TlsServerOptions { Certificates = _certificates }), client));
    }

    private static async Task<string> WhoAsync(TlsServer tls, X509Certificate2? certificate, SslProtocols protocol = SslProtocols.None)
    {
        var options = WiredPeer.Trusting(protocols: protocol);
        if (certificate is not null) options.ClientCertificates = [certificate];
        await using var peer = new WiredPeer(new CommandService(tls));
        await peer.SecureAsync(options);
        return await peer.AskAsync("who");
    }
}
