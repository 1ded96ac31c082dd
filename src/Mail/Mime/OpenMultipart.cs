using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>A multipart that has begun and not ended (RFC 2046 §5.1).</summary>
internal sealed class OpenMultipart
{
    private readonly byte[] _boundary;
    private readonly bool _isAlternative;
    private bool _hasText;

    public OpenMultipart(ContentHeader content)
    {
        _boundary = Encoding.ASCII.GetBytes(content.Boundary);
        _isAlternative = content.MediaType == "multipart/alternative";
        IsDigest = content.MediaType == "multipart/digest";
    }

    /// <summary>Whether its parts are messages unless they say otherwise.</summary>
    public bool IsDigest { get; }

    /// <summary>Whether an earlier alternative has been shown, so that the text of this one is not (RFC 2046 §5.1.4).</summary>
    public bool IsShown { get; private set; }

    public bool HasBoundary(ReadOnlySpan<byte> text) => text.SequenceEqual(_boundary);

    public void BeginPart() => IsShown = _isAlternative && _hasText;

    public void ShowText() => _hasText = true;
}
