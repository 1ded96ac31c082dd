namespace Merpati.Progin.Tests;

/// <summary>Waits for a server that must answer: a test of one that does not fails instead of hanging.</summary>
internal static class Patience
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static Task<string?> NextAsync(this MemoryClient client) => client.ReadLineAsync().WaitAsync(Bound);

    public static Task<byte[]> RestAsync(this MemoryClient client) => client.ReadToEndAsync().WaitAsync(Bound);

    public static Task EndAsync(this MemoryClient client) => client.Served.WaitAsync(Bound);
}
