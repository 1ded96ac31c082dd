using System.Diagnostics;
using System.Net;

namespace Merpati.Wire.Tests.Tls;

/// <summary>The openssl program as a client: a second opinion on TLS.</summary>
internal static class OpenSslClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "openssl")));

    /// <summary>Connects, says <paramref name="lines"/>, and returns all that it prints until the server closes.</summary>
    public static async Task<string> RunAsync(IPEndPoint server, string lines, params string[] arguments)
    {
        // Files, not pipes: reading a child's pipe keeps a thread of the pool, of which there are few and the server needs them.
        var folder = Directory.CreateTempSubdirectory("merpati-openssl-").FullName;
        try
        {
            var said = Path.Combine(folder, "in");
            var heard = Path.Combine(folder, "out");
            await File.WriteAllTextAsync(said, lines);
            var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
            string[] all = ["-c", "in=$1; out=$2; shift 2; exec openssl \"$@\" <\"$in\" >\"$out\" 2>&1", "sh", said, heard, "s_client", "-connect", server.ToString(), "-ign_eof", "-nocommands", .. arguments];
            foreach (var argument in all) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            await EndAsync(process, heard);
            return await File.ReadAllTextAsync(heard);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task EndAsync(Process process, string heard)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail("openssl does not end: " + await File.ReadAllTextAsync(heard));
        }
    }
}
