using System.Globalization;
using Merpati.Storage;

namespace Merpati.Delivery.Collecting;

/// <summary>
/// Has one run over a source at a time, in all processes over one data directory; the lock dies with its process. The store alone would not do: of two runs at
/// once over a server that lets both in, one may take again what the other has taken, removed there, and forgotten.
/// </summary>
internal static class SourceLock
{
    private const int NoSpaceOnDevice = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <summary>The lock, until it is disposed; null when another run has it. Throws <see cref="StoreException"/> when its file cannot be made.</summary>
    public static IDisposable? TryTake(string directory, long sourceId)
    {
        var path = Path.Combine(directory, sourceId.ToString(CultureInfo.InvariantCulture) + ".lock");
        try
        {
            // The file stays: to remove it would let two runs hold two files of one name.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException failure) when ((failure.HResult & 0xFFFF) is NoSpaceOnDevice or QuotaExceeded)
        {
            throw new StoreException(StoreFailure.NoSpace, "the disk is full", failure);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.CannotOpen, $"the lock file {path} cannot be opened", failure);
        }
    }
}
