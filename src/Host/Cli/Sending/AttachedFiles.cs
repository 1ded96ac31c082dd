using Merpati.Mail.Mime;

namespace Merpati.Host.Cli.Sending;

/// <summary>The files that go with a message, open, so that one that cannot be read is known before anything is sent.</summary>
internal sealed class AttachedFiles : IDisposable
{
    private readonly List<FileStream> _streams = [];
    private readonly List<DraftAttachment> _attachments = [];

    public IReadOnlyList<DraftAttachment> Attachments => _attachments;

    public static AttachedFiles Open(string[]? paths)
    {
        var files = new AttachedFiles();
        try
        {
            foreach (var path in paths ?? []) files.Add(path);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose() => _streams.ForEach(stream => stream.Dispose());

    private void Add(string path)
    {
        var stream = ReadableFile.Open(path);
        _streams.Add(stream);
        var name = Path.GetFileName(path);
        _attachments.Add(new DraftAttachment(name, MediaTypes.ByName(name), stream));
    }
}
