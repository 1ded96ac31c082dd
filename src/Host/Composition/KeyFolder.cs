using Merpati.Auth.Legacy;

namespace Merpati.Host.Composition;

/// <summary>The folder of the data directory with keys, which belongs to the owner of the process alone.</summary>
internal static class KeyFolder
{
    /// <summary>The key that seals the passwords of accounts with <c>--legacy-auth</c>.</summary>
    public static string SecretKey(string dataDirectory) => Path.Combine(dataDirectory, "keys", "secret.key");

    /// <summary>Opens the key, or makes it. Throws <see cref="KeyFileException"/> when others may read it or it is damaged.</summary>
    public static SecretSealer OpenSealer(string dataDirectory)
    {
        var path = SecretKey(dataDirectory);
        MakePrivate(Path.GetDirectoryName(path)!);
        return SecretSealer.Open(path);
    }

    /// <summary>Makes a folder that only its owner may look into; one that is there stays as it is.</summary>
    public static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
