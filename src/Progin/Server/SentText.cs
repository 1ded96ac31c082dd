using System.Text;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Server;

/// <summary>
/// Reads what follows DATA, lines ending in CRLF: perhaps a line <c>subject:</c>, perhaps a line <c>content:</c>, and the rest is the body (docs/progin.md, "The text").
/// It holds no more than the subject.
/// </summary>
internal sealed class SentText(SentBody body, long maxOctets) : IOctetSink
{
    private const int MaxSubject = 900; // octets: with the field's name it fits a line of a message (RFC 5322 §2.1.1)

    private readonly byte[] _held = new byte[MaxSubject + ContentWord.Length]; // the subject, and behind it what may become a word
    private int _heldLength;
    private int _subjectLength;
    private long _left = maxOctets;
    private Stage _stage = Stage.SubjectWord;

    private enum Stage
    {
        SubjectWord, // it may become "subject:"
        Subject,
        ContentWord, // it may become "content:"
        ContentSpace, // behind the colon
        ContentStart, // behind the space: what is left of the line, if anything
        ContentEnd, // nothing was left of it
        Body,
    }

    /// <summary>Whether there was more than the limit.</summary>
    public bool IsTooBig { get; private set; }

    /// <summary>Whether the subject was too long.</summary>
    public bool IsSubjectTooLong { get; private set; }

    private static ReadOnlySpan<byte> SubjectWord => "subject:"u8;

    private static ReadOnlySpan<byte> ContentWord => "content:"u8;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
        IsTooBig |= octets.Length > _left;
        if (IsTooBig) return;
        _left -= octets.Length;
        while (!octets.IsEmpty && _stage != Stage.Body)
        {
            if (Step(octets[0])) octets = octets[1..];
        }

        if (!octets.IsEmpty) body.Append(octets);
    }

    // False when the octet is to be looked at once more in the next stage.
    private bool Step(byte octet)
    {
        switch (_stage)
        {
            case Stage.SubjectWord:
                return StepInWord(octet, SubjectWord, Stage.Subject, _heldLength == 0 ? Stage.ContentWord : Stage.Body);
            case Stage.ContentWord:
                return StepInWord(octet, ContentWord, Stage.ContentSpace, Stage.Body);
            case Stage.Subject:
                StepInSubject(octet);
                return true;
            case Stage.ContentSpace:
                _stage = Stage.ContentStart;
                return octet == (byte)' ';
            case Stage.ContentStart:
                _stage = octet == (byte)'\r' ? Stage.ContentEnd : Stage.Body;
                return octet == (byte)'\r';
            default: // the LF of a content line that stands alone
                _stage = Stage.Body;
                return true;
        }
    }

    private bool StepInWord(byte octet, ReadOnlySpan<byte> word, Stage then, Stage otherwise)
    {
        var held = _heldLength - _subjectLength;
        if (!Ascii.EqualsIgnoreCase([octet], word.Slice(held, 1)))
        {
            // It was the body all the time.
            if (held > 0) body.Append(_held.AsSpan(_subjectLength, held));
            _stage = otherwise;
            return false;
        }

        _held[_heldLength++] = octet;
        if (held + 1 < word.Length) return true;
        _heldLength = _subjectLength;
        _stage = then;
        return true;
    }

    private void StepInSubject(byte octet)
    {
        if (octet == (byte)'\r') return; // its LF follows
        if (octet != (byte)'\n')
        {
            IsSubjectTooLong |= _subjectLength == MaxSubject;
            if (!IsSubjectTooLong) _held[_subjectLength++] = octet;
            return;
        }

        body.SetSubject(_held.AsSpan(0, _subjectLength));
        _heldLength = _subjectLength;
        _stage = Stage.ContentWord;
    }
}
