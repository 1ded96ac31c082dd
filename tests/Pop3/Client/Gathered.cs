using System.Globalization;
using System.Text;
using Merpati.Pop3.Client;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Tests.Client;

/// <summary>Takes a message as text, each octet a character.</summary>
internal sealed class Gathered : IOctetSink
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public void Append(ReadOnlySpan<byte> octets) => _text.Append(Encoding.Latin1.GetString(octets));
}

/// <summary>Takes messages and notes what came, as "number outcome octets text"; stops after so many.</summary>
internal sealed class GatheredMail(int most = int.MaxValue) : IPop3Receiver
{
    private Gathered _current = new();

    public List<string> All { get; } = [];

    public string Text => string.Join('|', All);

    /// <summary>Awaited before a message is over.</summary>
    public Func<int, ValueTask> BeforeEnd { get; set; } = _ => default;

    public ValueTask<IOctetSink> BeginAsync(int number, CancellationToken cancellation)
    {
        _current = new Gathered();
        return new ValueTask<IOctetSink>(_current);
    }

    public async ValueTask<bool> EndAsync(Pop3Retrieval retrieval, CancellationToken cancellation)
    {
        await BeforeEnd(retrieval.Number);
        All.Add(string.Create(CultureInfo.InvariantCulture, $"{retrieval.Number} {retrieval.Step.Outcome} {retrieval.Octets} {_current.Text}"));
        _current = new Gathered();
        return All.Count < most;
    }
}

/// <summary>Notes what both sides say.</summary>
internal sealed class WrittenDown : IPop3Transcript
{
    public List<string> Lines { get; } = [];

    public void Client(string line) => Lines.Add("C: " + line);

    public void Server(string line) => Lines.Add("S: " + line);
}
