using System.Net;
using Merpati.Dns.Servers;
using Merpati.Transcripts;

namespace Merpati.Dns.Tests;

public sealed class ServerListTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("merpati-dns-");

    private string File => Path.Combine(_folder.FullName, "resolv.conf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ReadsNameserverLines()
    {
        const string Text = """
            # nameserver 192.0.2.9
            ; nameserver 192.0.2.9
            search example.org
            nameserver 192.0.2.1
            nameserver	 2001:db8::1   # the second
            nameserver
            nameserver here
            nameservers 192.0.2.9
            options edns0
            nameserver 192.0.2.2
            """;
        Assert.Equal(
            ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.2:53"],
            ResolvConf.Read(new StringReader(Text)).Select(server => server.ToString()));
    }

    [Fact]
    public void ReadsABoundedNumberOfServers() =>
        Assert.Equal(8, ResolvConf.Read(new StringReader(string.Concat(Enumerable.Repeat("nameserver 192.0.2.1\n", 100)))).Count);

    [Fact]
    public void ReadsTheFileAgainWhenItHasChanged()
    {
        var time = new FakeTime();
        var list = List(time);
        Assert.Equal(["127.0.0.1:53"], Addresses(list));
        System.IO.File.WriteAllText(File, "nameserver 192.0.2.1\n");
        Assert.Equal(["127.0.0.1:53"], Addresses(list));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["192.0.2.1:53"], Addresses(list));
        var known = list.InOrder()[0];
        System.IO.File.WriteAllText(File, "nameserver 192.0.2.22\nnameserver 192.0.2.1\n");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["192.0.2.22:53", "192.0.2.1:53"], Addresses(list));

        // What is known of a server stays known.
        Assert.Same(known, list.InOrder()[1]);
        System.IO.File.Delete(File);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["127.0.0.1:53"], Addresses(list));
    }

    [Fact]
    public void TakesNoFileBeyondAllReason()
    {
        System.IO.File.WriteAllText(File, "nameserver 192.0.2.1\n" + new string('#', 100_000));
        Assert.Equal(["127.0.0.1:53"], Addresses(List(new FakeTime())));
    }

    [Fact]
    public void AsksTheConfiguredServersAlone()
    {
        System.IO.File.WriteAllText(File, "nameserver 192.0.2.1\n");
        var options = new DnsResolverOptions { ResolvConf = File, Servers = [IPEndPoint.Parse("192.0.2.5:5353")] };
        Assert.Equal(["192.0.2.5:5353"], Addresses(new ServerList(options, new FakeTime())));
    }

    private ServerList List(FakeTime time) => new(new DnsResolverOptions { ResolvConf = File }, time);

    private static IEnumerable<string> Addresses(ServerList list) => list.InOrder().Select(server => server.Address.ToString());
}
