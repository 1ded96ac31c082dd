namespace Merpati.Host.Cli.Demo;

/// <summary>The temporary directory of a show, for its owner alone; gone when it is disposed.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("merpati-demo-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
