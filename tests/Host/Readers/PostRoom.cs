using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests.Readers;

/// <summary>
/// A running server whose maildrops all hold the same messages, real and awkward ones, and a home for the client that reads them. What each message
/// has to look like is read by our own client from one more maildrop, and held against what was sent.
/// </summary>
internal sealed class PostRoom : IAsyncDisposable
{
    public const string Password = "secret";

    private const string Witness = "witness";
    private const int PartOfAll = 6; // each so many-th message of the corpus, where a client takes long for each

    private readonly TemporaryFolder _folder = new();
    private readonly List<(string Name, byte[] Octets)> _messages = [];

    private PostRoom()
    {
        Directory.CreateDirectory(Home);
    }

    public RunningServer Server { get; private set; } = null!;

    /// <summary>The client's own folder, where its configuration and its mail are.</summary>
    public string Home => _folder["home"];

    /// <summary>The data directory of the server.</summary>
    public string DataDirectory => _folder["data"];

    /// <summary>The server's certificate, made by itself, for localhost and 127.0.0.1 too.</summary>
    public string Certificate => Path.Combine(_folder["data"], "tls", "self-signed.crt");

    /// <summary>How many messages each maildrop holds.</summary>
    public int Count => _messages.Count;

    /// <summary>Every message as RETR yields it, the oldest first.</summary>
    public IEnumerable<byte[]> Messages => _messages.Select(message => message.Octets);

    /// <summary>Maildrops with the whole corpus.</summary>
    public static Task<PostRoom> OpenAsync(params string[] users) => OpenAsync(RealMessages.Takeable(), users);

    /// <summary>Maildrops with a part of the corpus that has something of every kind.</summary>
    public static Task<PostRoom> OpenWithPartAsync(params string[] users) =>
        OpenAsync(RealMessages.Takeable().Where((_, index) => index % PartOfAll == 0), users);

    /// <summary>A maildrop for each way, whose password every mechanism of old may use too, with the awkward messages.</summary>
    public static async Task<PostRoom> OpenToOldMechanismsAsync()
    {
        var room = new PostRoom();
        try
        {
            await RunningServer.PrepareAsync(room.DataDirectory, Witness);
            string[] users = [.. Enum.GetValues<Way>().Select(UserOf)];
            foreach (var user in users)
            {
                string[] add = ["account", "add", $"{user}@example.org", "--legacy-auth", "--password-stdin", "--set", "Auth:Iterations=4096"];
                (await Command.MerpatiAsync(room.DataDirectory, Password + "\n", add)).Fine();
            }

            await room.FillAsync([], users, "--set", "Auth:LegacyMechanisms=cram-md5, digest-md5, scram-sha-1, apop");
            return room;
        }
        catch
        {
            await room.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whose maildrop is for those who come this way.</summary>
    public static string UserOf(Way way) => way.ToString().ToLowerInvariant();

    /// <summary>Every mechanism without TLS and after STLS.</summary>
    public static IEnumerable<(Way Way, string Mechanism)> Choices(params string[] mechanisms) =>
        mechanisms.SelectMany(_ => new[] { Way.Plain, Way.StartTls }, (mechanism, way) => (way, mechanism));

    /// <summary>Where to connect.</summary>
    public IPEndPoint EndPoint(Way way) => way == Way.Tls ? Server.Pop3s : Server.Pop3;

    /// <summary>The certificate's fingerprint in capital hexadecimal digits, a colon after each two.</summary>
    public async Task<string> FingerprintAsync(HashAlgorithmName algorithm)
    {
        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Certificate));
        return string.Join(':', certificate.GetCertHashString(algorithm).Chunk(2).Select(digits => new string(digits)));
    }

    /// <summary>A new folder in the client's home.</summary>
    public string MakeFolder(string name) => Directory.CreateDirectory(Path.Combine(Home, name)).FullName;

    /// <summary>A new maildir in the client's home.</summary>
    public string MakeMaildir(string name)
    {
        foreach (var part in new[] { "new", "cur", "tmp" }) MakeFolder(Path.Combine(name, part));
        return Path.Combine(Home, name);
    }

    /// <summary>Writes a file into the client's home that only its owner can read, as clients want it where a password stands in it.</summary>
    public async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(Home, name);
        await File.WriteAllTextAsync(path, text);
        (await Command.RunAsync("chmod", ["600", path])).Fine();
        return path;
    }

    /// <summary>Runs a client at home: it sees no configuration of this machine's user and leaves nothing behind there.</summary>
    public Task<CommandResult> RunAsync(string program, params string[] arguments) => Command.RunAsync(
        "env", [$"HOME={Home}", $"XDG_CONFIG_HOME={Home}", $"XDG_DATA_HOME={Home}", "LC_ALL=C.UTF-8", "TERM=xterm", program, .. arguments]);

    /// <summary>Every file in a folder.</summary>
    public static List<byte[]> ReadFiles(string folder) => [.. Directory.EnumerateFiles(folder).Select(File.ReadAllBytes)];

    /// <summary>Every message in a maildir.</summary>
    public static List<byte[]> ReadMaildir(string folder) => [.. ReadFiles(Path.Combine(folder, "new")), .. ReadFiles(Path.Combine(folder, "cur"))];

    /// <summary>A client has read every message once, and keeps each in its own way; in which order does not matter.</summary>
    public void AssertRead(IEnumerable<byte[]> read, Func<byte[], byte[]> asKept)
    {
        var left = read.GroupBy(Convert.ToHexString).ToDictionary(same => same.Key, same => same.Count(), StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var (name, octets) in _messages)
        {
            var key = Convert.ToHexString(asKept(octets));
            if (left.GetValueOrDefault(key) == 0) missing.Add(name);
            else left[key]--;
        }

        var surplus = left.Where(message => message.Value > 0).Select(message => Encoding.Latin1.GetString(Convert.FromHexString(message.Key))).FirstOrDefault();
        Assert.True(missing.Count == 0 && surplus is null, $"not read as they are: {string.Join(", ", missing)}; read instead: {surplus}");
    }

    /// <summary>A session has ended whose client came this way and logged in by this mechanism, as the server's log has it.</summary>
    public Task AssertLoggedInAsync(string mechanism, Way way)
    {
        var text = $" by {mechanism} {(way == Way.Plain ? "from " : "over TLS ")}";
        return Patience.UntilAsync($"a session{text}", () => Task.FromResult(Server.Log.Contains(text, StringComparison.Ordinal)));
    }

    /// <summary>A maildrop holds nothing: the administrator sees so, and who logs in.</summary>
    public async Task AssertEmptyAsync(string user)
    {
        Assert.Equal(0, await ListedAsync(user));
        using var pop3 = await MailDialogue.LogInAsync(Server, user);
        Assert.Equal("+OK 0 0", await pop3.AskAsync("STAT"));
    }

    /// <summary>A maildrop holds every message as it was.</summary>
    public async Task AssertWholeAsync(string user)
    {
        Assert.Equal(Count, await ListedAsync(user));
        var read = await MailDialogue.ReadAllAsync(Server, user);
        Assert.Equal(Messages.Select(Convert.ToHexString), read.Select(Convert.ToHexString));
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is { } server) await server.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<PostRoom> OpenAsync(IEnumerable<(string Name, byte[] Octets)> messages, string[] users)
    {
        var room = new PostRoom();
        try
        {
            await RunningServer.PrepareAsync(room.DataDirectory, [.. users, Witness]);
            await room.FillAsync(messages, users);
            return room;
        }
        catch
        {
            await room.DisposeAsync();
            throw;
        }
    }

    private async Task FillAsync(IEnumerable<(string Name, byte[] Octets)> messages, string[] users, params string[] settings)
    {
        Server = await RunningServer.StartAsync(DataDirectory, settings);
        var sent = messages.Concat(RealMessages.Awkward()).ToList();
        using var smtp = await MailDialogue.GreetAsync(Server);
        foreach (var (name, octets) in sent)
        {
            // One transaction for all: every maildrop gets the same octets, trace fields included.
            var reply = await MailDialogue.SendAsync(smtp, octets, [.. users.Append(Witness).Select(user => $"{user}@example.org")]);
            Assert.StartsWith($"{name}: 250 2.0.0 ", $"{name}: {reply}", StringComparison.Ordinal);
        }

        var read = await MailDialogue.ReadAllAsync(Server, Witness);
        Assert.Equal(sent.Count, read.Count);
        foreach (var ((name, octets), message) in sent.Zip(read))
        {
            Assert.True(MailDialogue.WithoutTrace(message).AsSpan().SequenceEqual(RealMessages.WithLastLineEnd(octets)), $"{name} came out otherwise than it went in");
            _messages.Add((name, message));
        }
    }

    private async Task<int> ListedAsync(string user)
    {
        using var list = JsonDocument.Parse((await Command.MerpatiAsync(DataDirectory, null, "mailbox", "list", $"{user}@example.org", "--json")).Fine());
        return list.RootElement.GetArrayLength();
    }
}
