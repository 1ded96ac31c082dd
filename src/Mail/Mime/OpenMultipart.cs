using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>A multipart that has begun and not ended (RFC 2046 §5.1), and which of its branches is told where it is an alternative.</summary>
internal sealed class OpenMultipart
{
    private readonly byte[] _boundary;
    private readonly bool _isAlternative;
    private bool _isDecided;

    public OpenMultipart(ContentHeader content)
    {
        _boundary = Encoding.ASCII.GetBytes(content.Boundary);
        _isAlternative = content.MediaType == "multipart/alternative";
        IsDigest = content.MediaType == "multipart/digest";
    }

    /// <summary>Whether its parts are messages unless they say otherwise.</summary>
    public bool IsDigest { get; }

    /// <summary>Whether it is an alternative no branch of which has won yet.</summary>
    public bool IsUndecided => _isAlternative && !_isDecided;

    /// <summary>Whether it is an undecided alternative that has shown something, but no plain text: plain text of a later branch takes its place.</summary>
    public bool IsProvisional { get; private set; }

    /// <summary>Of a provisional one, the place among what is held where the branch began that has shown something.</summary>
    public int ShownFrom { get; private set; }

    /// <summary>Of a provisional one, the place where the branch that is being read began; null while that is the one that has shown something.</summary>
    public int? LaterFrom { get; private set; }

    /// <summary>Whether an earlier branch has won, so that the text of this one is not told (RFC 2046 §5.1.4).</summary>
    public bool IsShown { get; private set; }

    public bool HasBoundary(ReadOnlySpan<byte> text) => text.SequenceEqual(_boundary);

    /// <summary>Begins a part, at this place among what is held.</summary>
    public void BeginPart(int place)
    {
        IsShown = _isDecided;
        if (IsProvisional) LaterFrom = place;
    }

    /// <summary>Something has been shown that is no plain text and begins at this place; what another branch has shown before stays the first choice.</summary>
    public void ShowProvisionally(int place)
    {
        if (!IsUndecided || IsProvisional) return;
        (IsProvisional, ShownFrom, LaterFrom) = (true, place, null);
    }

    /// <summary>The branch that is being read has won: it shows plain text.</summary>
    public void Decide() => (_isDecided, IsProvisional) = (_isAlternative, false);

    /// <summary>The branch has won that has shown something first, whatever follows.</summary>
    public void DecideForFirst()
    {
        IsShown = LaterFrom is not null;
        Decide();
    }
}
