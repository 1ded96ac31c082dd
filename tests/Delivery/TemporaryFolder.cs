namespace Merpati.Delivery.Tests;

/// <summary>A folder of one test's own, gone when it ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("merpati-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
