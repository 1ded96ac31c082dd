using Merpati.Wire.Lines;

namespace Merpati.Host.Cli.Saving;

/// <summary>
/// Messages on disk for other programs, one taken after the other. A message is there, whole, when <see cref="Commit"/> has returned, and nothing of it before; wherever
/// the process ends, there are whole messages only. What cannot be written is an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>: what was
/// committed stays.
/// </summary>
internal abstract class MessageArchive : IOctetSink, IDisposable
{
    /// <summary>How many messages were committed.</summary>
    public int Saved { get; private set; }

    /// <summary>Opens what is there, or makes it. Throws <see cref="CommandFailure"/> when it is something else, or somebody has it.</summary>
    public static MessageArchive Open(SavePath path, TimeProvider time) => path.Format switch
    {
        SaveFormat.Mbox => MboxFile.Open(path.Path, time),
        SaveFormat.Maildir => MaildirFolder.Open(path.Path, time),
        _ => EmlFolder.Open(path.Path),
    };

    /// <summary>A message begins; one that had begun is forgotten.</summary>
    public abstract void Begin();

    /// <summary>Takes the next octets of the message.</summary>
    public abstract void Append(ReadOnlySpan<byte> octets);

    /// <summary>The message is whole and is put where it belongs.</summary>
    public void Commit()
    {
        Place();
        Saved++;
    }

    /// <summary>Forgets the message that has begun.</summary>
    public abstract void Discard();

    /// <summary>Returns when all that was committed would outlive a power cut.</summary>
    public abstract void Flush();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Puts the message where it belongs.</summary>
    protected abstract void Place();
}
