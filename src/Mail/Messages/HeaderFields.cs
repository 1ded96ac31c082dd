using System.Buffers;
using System.Text;

namespace Merpati.Mail.Messages;

/// <summary>
/// Watches a header stream by and keeps the bodies of a few named fields (RFC 5322 §2.2), folds and all. Lines that are no fields are passed over;
/// the first empty line ends the header. Octets may be handed in pieces of any size. What it keeps is bounded whatever the header holds.
/// </summary>
public sealed class HeaderFields
{
    private const int MaxNameLength = 64;
    private const int CostOfOne = 32; // so that empty fields without number fill the budget too

    private readonly int _budget;
    private readonly byte[][] _names;
    private readonly int[] _counts;
    private readonly bool[] _cut;
    private readonly List<(int Name, int Start, int Length)> _kept = [];
    private readonly ArrayBufferWriter<byte> _octets = new();
    private readonly byte[] _name = new byte[MaxNameLength];
    private int _nameLength;
    private State _state = State.LineStart;
    private int _field = -1; // the watched field that we are in
    private int _spent;

    /// <summary>Watches for the fields of the given names, in any case, and keeps at most <paramref name="maxOctets"/> of their bodies in all.</summary>
    public HeaderFields(int maxOctets, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _budget = maxOctets;
        _names = Array.ConvertAll(names, name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()));
        _counts = new int[names.Length];
        _cut = new bool[names.Length];
    }

    private enum State
    {
        LineStart,
        CarriageReturn, // at the start of a line
        Name,
        NameEnded, // obsolete white space before the colon (RFC 5322 §4.5)
        Body,
        Skipping,
        Finished,
    }

    /// <summary>Whether the header has ended.</summary>
    public bool IsFinished => _state == State.Finished;

    /// <summary>How many fields of a name have been seen; <paramref name="name"/> is its place among the names given.</summary>
    public int Count(int name) => _counts[name];

    /// <summary>Whether a field of this name was too much to keep: what is kept of it is not all.</summary>
    public bool IsCut(int name) => _cut[name];

    /// <summary>The bodies of the fields of one name, in their order, without the last line end.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bodies(int name)
    {
        foreach (var (kept, start, length) in _kept)
        {
            if (kept == name) yield return _octets.WrittenMemory.Slice(start, length);
        }
    }

    /// <summary>Takes the next octets of the message. Past the end of the header this costs nothing.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty && _state != State.Finished)
        {
            if (_state is State.Body or State.Skipping)
            {
                var lineFeed = octets.IndexOf((byte)'\n');
                var line = lineFeed < 0 ? octets : octets[..(lineFeed + 1)];
                if (_state == State.Body) Keep(line);
                octets = octets[line.Length..];
                if (lineFeed >= 0) _state = State.LineStart;
                continue;
            }

            Step(octets[0]);
            octets = octets[1..];
        }
    }

    /// <summary>Ends the header where the message ends.</summary>
    public void Finish()
    {
        EndField();
        _state = State.Finished;
    }

    private void Step(byte octet)
    {
        switch (_state)
        {
            case State.LineStart when octet == (byte)'\r':
                _state = State.CarriageReturn;
                return;
            case State.LineStart or State.CarriageReturn when octet == (byte)'\n':
                Finish();
                return;
            case State.CarriageReturn:
                EndField();
                _state = State.Skipping;
                return;
            case State.LineStart when octet is (byte)' ' or (byte)'\t':
                // RFC 5322 §2.2.3: the field goes on. A fold before the first field belongs to none.
                _state = _field >= 0 ? State.Body : State.Skipping;
                if (_field >= 0) Keep([octet]);
                return;
            case State.LineStart:
                EndField();
                _nameLength = 0;
                _state = State.Name;
                break;
        }

        StepInName(octet);
    }

    private void StepInName(byte octet)
    {
        switch (octet)
        {
            case (byte)'\n':
                _state = State.LineStart;
                return;
            case (byte)':':
                _field = Find(_name.AsSpan(0, _nameLength));
                _state = _field >= 0 ? State.Body : State.Skipping;
                if (_field >= 0) StartField();
                return;
            case (byte)' ' or (byte)'\t' when _nameLength > 0:
                _state = State.NameEnded;
                return;
            case > 32 and < 127 when _state == State.Name && _nameLength < MaxNameLength:
                _name[_nameLength++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
                return;
            default:
                _state = State.Skipping;
                return;
        }
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i])) return i;
        }

        return -1;
    }

    private void StartField()
    {
        if (_counts[_field] < int.MaxValue) _counts[_field]++;
        if (!Spend(CostOfOne)) return;
        _kept.Add((_field, _octets.WrittenCount, 0));
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        if (_cut[_field] || !Spend(octets.Length)) return;
        _octets.Write(octets);
        var (name, start, length) = _kept[^1];
        _kept[^1] = (name, start, length + octets.Length);
    }

    private bool Spend(int octets)
    {
        if (octets <= _budget - _spent)
        {
            _spent += octets;
            return true;
        }

        _spent = _budget;
        _cut[_field] = true;
        return false;
    }

    private void EndField()
    {
        if (_field >= 0 && !_cut[_field] && _kept.Count > 0)
        {
            var (name, start, length) = _kept[^1];
            var body = _octets.WrittenSpan.Slice(start, length).TrimEnd("\r\n"u8);
            _kept[^1] = (name, start, body.Length);
        }

        _field = -1;
    }
}
