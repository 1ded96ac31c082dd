using System.Security.Cryptography;
using System.Text;
using Merpati.Host.Composition;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Cli.Fetching;

/// <summary>The password of a maildrop on another server, erased when it is disposed.</summary>
internal sealed class FetchPassword : IDisposable
{
    private readonly byte[] _octets;

    private FetchPassword(byte[] octets) => _octets = octets;

    public ReadOnlyMemory<byte> Octets => _octets;

    public static FetchPassword Of(string password) => new(Encoding.UTF8.GetBytes(password));

    /// <summary>The one that is kept for a source, sealed.</summary>
    public static FetchPassword Open(string dataDirectory, CollectSource source)
    {
        using var sealer = KeyFolder.OpenSealer(dataDirectory);
        return sealer.TryOpen(source.Settings.SealedPassword, source.Settings.Account, out var octets)
            ? new FetchPassword(octets)
            : throw new CommandFailure("the password that is kept for this maildrop cannot be opened with this server's key; give it with --password-stdin");
    }

    /// <summary>The password sealed, to be kept with a source of an account.</summary>
    public string Seal(string dataDirectory, Mail.Addresses.EmailAddress account)
    {
        using var sealer = KeyFolder.OpenSealer(dataDirectory);
        return sealer.Seal(_octets, account);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_octets);
}
