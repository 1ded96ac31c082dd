namespace Merpati.Host.Cli.Demo;

/// <summary>Who speaks.</summary>
internal enum DialogueSide
{
    Client,
    Server,
}
