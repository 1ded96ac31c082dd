using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Tests.Queue;

/// <summary>A DNS server that misbehaves by the name it is asked about: each domain below example has its own way.</summary>
internal sealed class NameHost : IAsyncDisposable
{
    private const int Mx = 15;
    private const int Cname = 5;
    private const int A = 1;
    private const int Answered = 0x8580; // a response, authoritative, recursion desired and there
    private const int Truncated = 0x0200;

    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _serving;

    public NameHost()
    {
        _tcp = new TcpListener((IPEndPoint)_udp.Client.LocalEndPoint!);
        _tcp.Start();
        _serving = [ServeUdpAsync(), ServeTcpAsync()];
    }

    public IPEndPoint Address => (IPEndPoint)_tcp.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await Task.WhenAll(_serving);
        _end.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                var asked = await _udp.ReceiveAsync(_end.Token);
                if (Answer(asked.Buffer, isTcp: false) is { } answer) await _udp.SendAsync(answer, asked.RemoteEndPoint, _end.Token);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(_end.Token);
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _end.Token);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, _end.Token);
                if (Answer(question, isTcp: true) is not { } answer) continue;
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer], _end.Token);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or InvalidOperationException or IOException)
        {
        }
    }

    private static byte[]? Answer(byte[] question, bool isTcp)
    {
        var (name, type, end) = ReadQuestion(question);
        var way = name.Split('.')[^2];
        if (way == "silent") return null;
        var (flags, records) = Find(name, way, type);
        if (way == "always" || (way == "many" && !isTcp && type == Mx)) (flags, records) = (flags | Truncated, []);
        var answer = new List<byte>();
        var id = BinaryPrimitives.ReadUInt16BigEndian(question);
        Add16(answer, way == "wrongid" ? id ^ 1 : id);
        Add16(answer, flags);
        Add16(answer, 1);
        Add16(answer, records.Count);
        Add16(answer, 0);
        Add16(answer, 0);
        answer.AddRange(question.AsSpan(12, end - 12));
        foreach (var (kind, value) in records)
        {
            Add16(answer, 0xC00C); // the name that was asked about
            Add16(answer, kind);
            Add16(answer, 1);
            Add16(answer, 0);
            Add16(answer, 60);
            Add16(answer, value.Length);
            answer.AddRange(value);
        }

        return [.. answer];
    }

    private static (int Flags, List<(int Type, byte[] Value)> Records) Find(string name, string way, int type) => (way, type) switch
    {
        ("servfail", _) => (Answered | 2, []),
        ("refused", _) => (Answered | 5, []),
        ("nx", _) => (Answered | 3, []),
        ("nullmx", Mx) => (Answered, [(Mx, [0, 0, 0])]),
        ("self", Mx) => (Answered, [(Mx, [0, 10, .. Name("mx.example.org")])]),
        ("inside", Mx) => (Answered, [(Mx, [0, 10, .. Name("mx.inside.example")])]),
        ("inside", A) => (Answered, [(A, [10, 0, 0, 1])]),
        ("loopback", A) => (Answered, [(A, [127, 0, 0, 1])]),
        ("loop", Mx) => (Answered, [(Mx, [0, 10, 0xC0, 0x00]), (Mx, [0, 10, 0xC0, 0xFF])]), // names that point at no name
        ("many", Mx) => (Answered, [.. Enumerable.Range(0, 500).Select(i => (Mx, (byte[])[0, 10, .. Name($"h{i}.silent.example")]))]),
        ("chain", _) => (Answered, [(Cname, Name("x" + (name.Length > 200 ? name[^100..] : name)))]),
        ("circle", _) => (Answered, [(Cname, Name(name))]),
        ("wrongid", Mx) => (Answered, [(Mx, [0, 10, .. Name("mx.wrongid.example")])]),
        _ => (Answered, []),
    };

    private static byte[] Name(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static (string Name, int Type, int End) ReadQuestion(byte[] question)
    {
        var labels = new List<string>();
        var at = 12;
        while (question[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]).ToLowerInvariant());
            at += question[at] + 1;
        }

        return (string.Join('.', labels), BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(at + 1)), at + 5);
    }

    private static void Add16(List<byte> to, int value)
    {
        to.Add((byte)(value >> 8));
        to.Add((byte)value);
    }
}
