namespace Merpati.Host.Cli.Demo;

/// <summary>The temporary directory of a show, for its owner alone; gone when it is disposed.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly DirectoryInfo _directory = Make();

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);

    private static DirectoryInfo Make()
    {
        try
        {
            return Directory.CreateTempSubdirectory("merpati-demo-");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot make a temporary directory in {ControlText.Escape(System.IO.Path.GetTempPath())}; TMPDIR names another place");
        }
    }
}
