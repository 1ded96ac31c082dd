using Merpati.Progin.Client;

namespace Merpati.Host.Cli.Progin;

/// <summary>Prints a listing as it comes; nothing of it is kept. Disposing prints what is still to be printed.</summary>
internal interface IProginPrinter : IDisposable
{
    /// <summary>Prints the next piece.</summary>
    void Print(ProginItem item);
}
