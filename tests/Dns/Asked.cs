using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Dns.Tests;

/// <summary>A question as a scripted server got it, and the way back.</summary>
internal sealed class Asked
{
    private readonly Action<byte[]> _send;

    public Asked(byte[] query, EndPoint peer, bool isTcp, Action<byte[]> send)
    {
        (Query, Peer, IsTcp, _send) = (query, peer, isTcp, send);
    }

    public byte[] Query { get; }

    public EndPoint Peer { get; }

    public bool IsTcp { get; }

    public int Id => BinaryPrimitives.ReadUInt16BigEndian(Query);

    public int QuestionLength => Array.IndexOf(Query, (byte)0, 12) + 5 - 12;

    public string Name
    {
        get
        {
            var text = new StringBuilder();
            for (var at = 12; Query[at] != 0; at += Query[at] + 1) text.Append(Encoding.ASCII.GetString(Query, at + 1, Query[at])).Append('.');
            return text.ToString().TrimEnd('.');
        }
    }

    public DnsType Type => (DnsType)BinaryPrimitives.ReadUInt16BigEndian(Query.AsSpan(12 + QuestionLength - 4));

    public bool HasEdns => Query.Length > 12 + QuestionLength;

    /// <summary>An answer to this question, to be filled.</summary>
    public Response Response => new(this);

    /// <summary>Sends a message; over TCP with its length before it.</summary>
    public void Send(byte[] message)
    {
        if (!IsTcp)
        {
            _send(message);
            return;
        }

        var framed = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        _send(framed);
    }

    public void Send(Response response) => Send(response.Build());

    /// <summary>Sends octets as they are.</summary>
    public void SendRaw(byte[] octets) => _send(octets);

    /// <summary>Sends a datagram from another port than the one that was asked.</summary>
    public void SendFromElsewhere(Response response)
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.SendTo(response.Build(), Peer);
    }
}
