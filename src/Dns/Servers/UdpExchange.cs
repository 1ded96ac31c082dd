using System.Net;
using System.Net.Sockets;
using Merpati.Dns.Messages;

namespace Merpati.Dns.Servers;

/// <summary>One question and its answer in datagrams.</summary>
internal static class UdpExchange
{
    /// <summary>Longer datagrams than we asked for do occur; what does not fit in here counts as truncated.</summary>
    public const int BufferSize = 4096;

    // With so many wrong answers somebody is guessing: then the answer is fetched where guessing is hopeless.
    private const int MaxWrong = 64;

    /// <summary>Returns the length of the answer in the buffer; 0 when the question has to be asked over TCP. Throws for a dead socket and a cancelled wait.</summary>
    public static async ValueTask<int> AskAsync(IPEndPoint server, byte[] query, byte[] buffer, bool exactCase, CancellationToken cancellation)
    {
        // RFC 5452 §4.5, §9.2: a new socket gets a random port from the kernel, and one that is connected takes nothing from others than the server.
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation);
        await socket.SendAsync(query, SocketFlags.None, cancellation);
        for (var wrong = 0; wrong < MaxWrong; wrong++)
        {
            var length = await socket.ReceiveAsync(buffer.AsMemory(0, BufferSize), SocketFlags.None, cancellation);
            if (!ResponseCheck.Answers(buffer.AsSpan(0, length), query, exactCase)) continue;
            return length == BufferSize || ResponseCheck.IsTruncated(buffer.AsSpan(0, length)) ? 0 : length;
        }

        return 0;
    }
}
