using System.Security.Cryptography;

namespace Merpati.Delivery.Routing;

/// <summary>The secret of <see cref="SrsRewriter"/>, kept in a file that only the server may read.</summary>
public static class SrsKeyFile
{
    private const int KeyLength = 32;
    private const int MaxLength = 4096;

    /// <summary>
    /// Reads the key, or makes one where there is no file. The caller erases it when it is done with it. Throws <see cref="InvalidOperationException"/>
    /// when the file holds fewer than <see cref="SrsRewriter.MinKeyLength"/> or more than 4,096 octets, and <see cref="IOException"/>.
    /// </summary>
    public static byte[] ReadOrCreate(string path)
    {
        if (!File.Exists(path) && TryCreate(path) is { } made) return made;
        var length = new FileInfo(path).Length;
        if (length is < SrsRewriter.MinKeyLength or > MaxLength) throw new InvalidOperationException($"{path} is no key: it has {length} octets");
        return File.ReadAllBytes(path);
    }

    // Two processes may start at once: one of them makes the file, whole, and the other reads it.
    private static byte[]? TryCreate(string path)
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(draft, options)) file.Write(key);
            File.Move(draft, path, overwrite: false);
            return key;
        }
        catch (IOException) when (File.Exists(path))
        {
            CryptographicOperations.ZeroMemory(key);
            File.Delete(draft);
            return null;
        }
    }
}
