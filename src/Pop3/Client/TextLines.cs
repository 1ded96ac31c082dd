namespace Merpati.Pop3.Client;

/// <summary>Cuts a text into lines. A line without an end is more than it takes.</summary>
internal abstract class TextLines(IPop3Transcript? transcript) : ITextTaker
{
    private readonly byte[] _held = new byte[Pop3Dialogue.MaxLineLength]; // the beginning of a line whose end has not come
    private int _heldLength;

    /// <inheritdoc/>
    public Pop3Outcome Refusal { get; private set; } = Pop3Outcome.ProtocolError;

    /// <inheritdoc/>
    public string Reason { get; private set; } = "";

    /// <inheritdoc/>
    public string? Summary => null;

    /// <inheritdoc/>
    public bool Take(ReadOnlySpan<byte> octets)
    {
        while (octets.IndexOf((byte)'\n') is var lineFeed and >= 0)
        {
            var line = octets[..lineFeed];
            octets = octets[(lineFeed + 1)..];
            if (_heldLength > 0)
            {
                if (!Hold(line)) return false;
                line = _held.AsSpan(0, _heldLength);
                _heldLength = 0;
            }

            if (line.Length > _held.Length) return Refuse(Pop3Outcome.ProtocolError, "the server sent a line without an end");
            if (line.EndsWith("\r"u8)) line = line[..^1];
            transcript?.Server(Pop3ReplyText.Show(line));
            if (!TakeLine(line)) return false;
        }

        return Hold(octets);
    }

    /// <summary>Takes a line without its end; false, after <see cref="Refuse"/>, when it has had enough.</summary>
    protected abstract bool TakeLine(ReadOnlySpan<byte> line);

    /// <summary>Says why it has had enough; false.</summary>
    protected bool Refuse(Pop3Outcome outcome, string reason)
    {
        (Refusal, Reason) = (outcome, reason);
        return false;
    }

    private bool Hold(ReadOnlySpan<byte> octets)
    {
        if (_heldLength + octets.Length > _held.Length) return Refuse(Pop3Outcome.ProtocolError, "the server sent a line without an end");
        octets.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += octets.Length;
        return true;
    }
}

/// <summary>The lines of a short text, fit to be shown: at most 1,000, and 64 KB in all.</summary>
internal sealed class ShownLines(IPop3Transcript? transcript) : TextLines(transcript)
{
    private const int MaxLines = 1000;
    private const int MaxOctets = 64 * 1024;

    private readonly List<string> _all = [];
    private int _octets;

    public IReadOnlyList<string> All => _all;

    protected override bool TakeLine(ReadOnlySpan<byte> line)
    {
        _octets += line.Length;
        if (_all.Count == MaxLines || _octets > MaxOctets) return Refuse(Pop3Outcome.ProtocolError, "the server sent a reply without an end");
        _all.Add(Pop3ReplyText.Show(line));
        return true;
    }
}
