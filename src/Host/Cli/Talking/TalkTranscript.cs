using System.Globalization;

namespace Merpati.Host.Cli.Talking;

/// <summary>
/// The dialogue as it is on the wire, a line each, secrets hidden, with remarks after <c># </c>. What was said lately is kept, within bounds, so that it can be saved
/// later; from then on each line is written as it comes.
/// </summary>
internal sealed class TalkTranscript : IDisposable
{
    private const int MaxKept = 1024 * 1024; // characters

    private readonly Queue<string> _kept = new();
    private readonly TimeProvider _time;
    private readonly string _title;
    private long _keptLength;
    private long _dropped;
    private FileStream? _file;
    private string? _fault;

    public TalkTranscript(string title, TimeProvider time)
    {
        _title = title;
        _time = time;
    }

    /// <summary>The file that is written to; null while there is none.</summary>
    public string? File { get; private set; }

    public void Client(string line) => Add("C: " + ControlText.EscapeButTabs(line));

    public void Server(string line) => Add("S: " + ControlText.EscapeButTabs(line));

    public void Remark(string text) => Add("# " + ControlText.Escape(text));

    /// <summary>
    /// Appends what is kept to a file, which is made for its owner's eyes only where it is not there, and goes on so. Why that cannot be; null when it can.
    /// </summary>
    public string? Save(string path)
    {
        try
        {
            // Two sessions that append to one file at once would write over each other.
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var file = new FileStream(path, options);
            if (!file.CanSeek)
            {
                file.Dispose();
                return $"{path} is no plain file";
            }

            file.Seek(0, SeekOrigin.End);
            _file?.Dispose();
            (_file, File) = (file, path);
            Write(string.Create(CultureInfo.InvariantCulture, $"# {_title}, {_time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z"));
            if (_dropped > 0) Write(string.Create(CultureInfo.InvariantCulture, $"# the first lines, {_dropped} of them, are no longer kept"));
            foreach (var line in _kept) Write(line);
            return TakeFault();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return fault.Message;
        }
    }

    /// <summary>Why lines are written no more since the last call; null when all is well.</summary>
    public string? TakeFault()
    {
        var fault = _fault;
        _fault = null;
        return fault;
    }

    public void Dispose() => _file?.Dispose();

    private void Add(string line)
    {
        _kept.Enqueue(line);
        _keptLength += line.Length;
        while (_keptLength > MaxKept)
        {
            _keptLength -= _kept.Dequeue().Length;
            _dropped++;
        }

        Write(line);
    }

    private void Write(string line)
    {
        if (_file is null) return;
        try
        {
            _file.Write(OctetText.Encode(line + "\n"));
        }
        catch (IOException fault)
        {
            _fault = $"the transcript ends here: {fault.Message}";
            _file.Dispose();
            (_file, File) = (null, null);
        }
    }
}
