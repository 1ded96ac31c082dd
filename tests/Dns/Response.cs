using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Dns.Tests;

/// <summary>Builds messages, well-formed unless it is told otherwise.</summary>
internal sealed class Response
{
    private const int ClassIn = 1;

    private readonly byte[] _id = [0, 0];
    private readonly byte[] _question = [];
    private readonly List<byte[]> _answers = [];
    private readonly List<byte[]> _authority = [];
    private readonly List<byte[]> _additional = [];
    private int _flags = 0x8180;

    public Response(Asked asked)
    {
        _id = asked.Query[..2];
        _question = asked.Query[12..(12 + asked.QuestionLength)];
    }

    public Response(string name, DnsType type) => _question = [.. Name(name), .. Number((int)type), .. Number(ClassIn)];

    public static byte[] Name(string text)
    {
        var octets = new List<byte>();
        foreach (var label in text.Split('.', StringSplitOptions.RemoveEmptyEntries)) octets.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        return [.. octets, 0];
    }

    public static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

    public Response Code(int code)
    {
        _flags |= code & 15;
        return code < 16 ? this : Additional([0, .. Number(41), .. Number(1232), (byte)(code >> 4), 0, 0, 0, .. Number(0)]);
    }

    /// <summary>Sets flags of the header, as they stand there.</summary>
    public Response With(int flags)
    {
        _flags |= flags;
        return this;
    }

    /// <summary>Takes flags of the header away.</summary>
    public Response Without(int flags)
    {
        _flags &= ~flags;
        return this;
    }

    public Response Address(string owner, string address, int ttl = 300)
    {
        var value = IPAddress.Parse(address);
        return Record(owner, value.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, value.GetAddressBytes(), ttl);
    }

    public Response Mx(string owner, int preference, string host, int ttl = 300) => Record(owner, DnsType.Mx, [.. Number(preference), .. Name(host)], ttl);

    public Response Alias(string owner, string target, int ttl = 300) => Record(owner, DnsType.Cname, Name(target), ttl);

    public Response Record(string owner, DnsType type, byte[] contents, int ttl = 300) => Answer(RecordOf(Name(owner), (int)type, contents, ttl));

    /// <summary>Adds a whole record to the answers, whatever it is.</summary>
    public Response Answer(byte[] record)
    {
        _answers.Add(record);
        return this;
    }

    public Response Soa(string zone, int ttl, int minimum)
    {
        byte[] numbers = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, .. Number(minimum >> 16), .. Number(minimum)];
        _authority.Add(RecordOf(Name(zone), 6, [.. Name("ns." + zone), .. Name("hostmaster." + zone), .. numbers], ttl));
        return this;
    }

    public Response Additional(byte[] record)
    {
        _additional.Add(record);
        return this;
    }

    public byte[] Build() =>
    [
        .. _id, .. Number(_flags), .. Number(1), .. Number(_answers.Count), .. Number(_authority.Count), .. Number(_additional.Count), .. _question,
        .. _answers.SelectMany(record => record), .. _authority.SelectMany(record => record), .. _additional.SelectMany(record => record),
    ];

    public static byte[] RecordOf(byte[] owner, int type, byte[] contents, int ttl)
    {
        var seconds = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(seconds, ttl);
        return [.. owner, .. Number(type), .. Number(ClassIn), .. seconds, .. Number(contents.Length), .. contents];
    }
}
