using System.Text;

namespace Merpati.Host.Cli;

/// <summary>
/// Standard error, of which nobody is told when it cannot be written: what goes there accompanies the work, and the exit status says how that went. A disk
/// full of logs is no reason to break it off.
/// </summary>
internal sealed class ForgivingWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is nowhere to say it.
        }
    }
}
