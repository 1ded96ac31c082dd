namespace Merpati.Host.Cli.Sending;

/// <summary>Opens what a command is to read, or says in a line why it cannot.</summary>
internal static class ReadableFile
{
    public static FileStream Open(string path)
    {
        if (path.Length == 0) throw new CommandFailure("the path of a file to read is empty", ExitStatus.WrongUsage);
        try
        {
            if (Directory.Exists(path)) throw new CommandFailure($"{ControlText.Escape(path)} cannot be read: it is a folder");
            return new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = fault switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "it may not be read by this user",
                _ => ControlText.Escape(fault.Message),
            };
            throw new CommandFailure($"{ControlText.Escape(path)} cannot be read: {reason}");
        }
    }
}
