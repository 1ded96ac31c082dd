namespace Merpati.Host.Cli;

/// <summary>Ends a command with a clear line on standard error and an exit status.</summary>
internal sealed class CommandFailure : Exception
{
    public CommandFailure(string message, int status = ExitStatus.Failed)
        : base(message) => Status = status;

    public int Status { get; }
}
