using System.Net;

namespace Merpati.Mail.Mime;

/// <summary>
/// Makes HTML readable as plain text while it streams by: tags go, blocks and breaks begin lines, blanks are gathered, entities decoded; scripts, styles
/// and the title are not shown. It is no HTML parser: it shows what is written and runs nothing.
/// </summary>
internal sealed class HtmlText
{
    private const int MaxTagLength = 16; // of a name; longer ones mean nothing here
    private const int MaxEntityLength = 32;

    private readonly HtmlLines _lines;
    private readonly char[] _name = new char[MaxTagLength];
    private readonly char[] _entity = new char[MaxEntityLength];
    private int _nameLength;
    private int _entityLength;
    private string _hidden = ""; // the element whose content is passed over
    private int _dashes; // seen at the end of a comment
    private char _quote;
    private State _state;

    public HtmlText(ReadableText text) => _lines = new HtmlLines(text);

    private enum State
    {
        Text,
        Entity,
        TagOpen, // after "<"
        TagName,
        Tag,
        AttributeValue, // after "=" in a tag
        QuotedValue,
        Comment,
        Declaration,
    }

    public void Write(ReadOnlySpan<char> html)
    {
        foreach (var c in html) Step(c);
    }

    /// <summary>Ends the text: what was open stays as it was written.</summary>
    public void Finish()
    {
        if (_state == State.Entity) EndEntity(isWhole: false);
        if (_state == State.TagOpen && _hidden.Length == 0) _lines.Put('<');
        _state = State.Text;
        _lines.Finish();
    }

    private void Step(char c)
    {
        switch (_state)
        {
            case State.Entity:
                StepEntity(c);
                return;
            case State.TagOpen or State.TagName:
                StepName(c);
                return;
            case State.Comment:
                if (c == '>' && _dashes >= 2) _state = State.Text;
                _dashes = c == '-' ? _dashes + 1 : 0;
                return;
            case State.QuotedValue:
                if (c == _quote) _state = State.Tag;
                return;
            case State.AttributeValue when c is '"' or '\'':
                (_quote, _state) = (c, State.QuotedValue);
                return;
            case State.Tag or State.AttributeValue or State.Declaration when c == '>':
                EndTag();
                return;
            case State.Tag when c == '=':
                _state = State.AttributeValue;
                return;
            case State.AttributeValue when !char.IsWhiteSpace(c):
                _state = State.Tag;
                return;
            case State.Tag or State.AttributeValue or State.Declaration:
                return;
        }

        StepText(c);
    }

    private void StepText(char c)
    {
        if (c == '<')
        {
            (_nameLength, _state) = (0, State.TagOpen);
        }
        else if (_hidden.Length > 0)
        {
            return;
        }
        else if (c == '&')
        {
            (_entityLength, _state) = (0, State.Entity);
        }
        else
        {
            _lines.Put(c);
        }
    }

    private void StepName(char c)
    {
        if (char.IsAsciiLetterOrDigit(c) || (c == '/' && _nameLength == 0))
        {
            if (_state == State.TagOpen && (char.IsAsciiDigit(c) || (_hidden.Length > 0 && c != '/')))
            {
                NoTag(c);
                return;
            }

            _state = State.TagName;
            if (_nameLength < MaxTagLength) _name[_nameLength++] = char.ToLowerInvariant(c);
            return;
        }

        // Inside of a script nothing is a tag but its end: "a<b" there is none.
        if (_hidden.Length > 0 ? !IsEndOfHidden() : _state == State.TagOpen && c is not ('!' or '?'))
        {
            NoTag(c);
            return;
        }

        switch (c)
        {
            case '!' when _state == State.TagOpen:
                (_state, _dashes) = (State.TagName, 0);
                _name[_nameLength++] = c;
                return;
            case '-' when _nameLength is 1 or 2 && _name[0] == '!':
                _name[_nameLength++] = c;
                if (_nameLength == 3) (_state, _dashes) = (State.Comment, 0);
                return;
            case '>':
                EndTag();
                return;
            default:
                _state = _nameLength == 0 || _name[0] == '!' ? State.Declaration : State.Tag;
                return;
        }
    }

    // A "<" that begins no tag is text.
    private void NoTag(char c)
    {
        _state = State.Text;
        if (_hidden.Length == 0) _lines.Put('<');
        StepText(c);
    }

    private bool IsEndOfHidden() => _nameLength > 1 && _name[0] == '/' && _name.AsSpan(1, _nameLength - 1).SequenceEqual(_hidden);

    private void EndTag()
    {
        _state = State.Text;
        var name = _name.AsSpan(0, _nameLength);
        if (_hidden.Length > 0)
        {
            _hidden = "";
            return;
        }

        switch (name)
        {
            case "script" or "style" or "title":
                _hidden = name.ToString();
                break;
            case "br" or "br/":
                _lines.Break();
                break;
            case "p" or "/p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "/h1" or "/h2" or "/h3" or "/h4" or "/h5" or "/h6" or "blockquote" or "/blockquote" or "ul" or "/ul" or "ol" or "/ol":
                _lines.Paragraph();
                break;
            case "div" or "/div" or "tr" or "/tr" or "table" or "/table" or "hr" or "dt" or "dd" or "/li":
                _lines.Begin();
                break;
            case "li":
                _lines.Begin();
                _lines.Put('-');
                _lines.Put(' ');
                break;
            case "td" or "th":
                _lines.Put(' ');
                break;
            case "pre" or "/pre":
                _lines.Begin();
                _lines.KeepsBlanks = name[0] != '/';
                break;
        }
    }

    private void StepEntity(char c)
    {
        if (c == ';')
        {
            EndEntity(isWhole: true);
            return;
        }

        if ((char.IsAsciiLetterOrDigit(c) || (c == '#' && _entityLength == 0)) && _entityLength < MaxEntityLength)
        {
            _entity[_entityLength++] = c;
            return;
        }

        EndEntity(isWhole: false);
        StepText(c);
    }

    private void EndEntity(bool isWhole)
    {
        _state = State.Text;
        var written = $"&{_entity.AsSpan(0, _entityLength)}{(isWhole ? ";" : "")}";
        foreach (var c in isWhole ? WebUtility.HtmlDecode(written) : written) _lines.Put(char.IsControl(c) || c == '\u00A0' ? ' ' : c);
    }
}
