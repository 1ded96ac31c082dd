using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Merpati.Dns.Messages;

namespace Merpati.Dns.Servers;

/// <summary>One question and its answer over a connection (RFC 7766 §8): each with its length before it, at most 65,535 octets.</summary>
internal static class TcpExchange
{
    /// <summary>Returns the answer; empty when what came is none to this question. Throws for a dead socket, an early end and a cancelled wait.</summary>
    public static async ValueTask<byte[]> AskAsync(IPEndPoint server, byte[] query, bool exactCase, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellation);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellation);

        await stream.ReadExactlyAsync(framed.AsMemory(0, 2), cancellation);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
        await stream.ReadExactlyAsync(answer, cancellation);

        // What does not fit even here never will: asking again for it would not end.
        return ResponseCheck.Answers(answer, query, exactCase) && !ResponseCheck.IsTruncated(answer) ? answer : [];
    }
}
