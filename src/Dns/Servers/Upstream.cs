using System.Buffers;
using System.Net.Sockets;
using Merpati.Dns.Messages;

namespace Merpati.Dns.Servers;

/// <summary>Asks the servers one after another until one answers. One question takes a bounded number of tries and a bounded time.</summary>
internal sealed class Upstream
{
    private readonly DnsResolverOptions _options;
    private readonly TimeProvider _time;
    private readonly ServerList _servers;

    public Upstream(DnsResolverOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _servers = new ServerList(options, time);
    }

    public async ValueTask<ServerReply> AskAsync(DnsQuestion question, CancellationToken cancellation)
    {
        var telling = default(ServerReply);
        var servers = _servers.InOrder();
        for (var round = 0; round < Math.Max(1, _options.Tries) && servers.Count > 0; round++)
        {
            var silent = new List<NameServer>();
            foreach (var server in servers)
            {
                var reply = await AskServerAsync(server, question, round, cancellation);
                if (reply.Message is not null || reply.Failure != ServerFailure.Silent) server.NoteAnswer();
                if (reply.Message is not null) return reply;
                if (reply.Failure > telling.Failure) telling = reply;
                if (reply.Failure != ServerFailure.Silent) continue;
                server.NoteSilence();
                silent.Add(server);
            }

            servers = silent;
        }

        return telling;
    }

    private async ValueTask<ServerReply> AskServerAsync(NameServer server, DnsQuestion question, int round, CancellationToken cancellation)
    {
        // Some old servers and filters drop questions with EDNS without a word: the second time it goes without.
        var withEdns = _options.UseEdns && round == 0 && !server.RefusesEdns;
        var timeout = _options.Timeout * (1 << Math.Min(round, 10));
        var reply = await TryAsync(server, question, withEdns, timeout, cancellation);
        if (reply.Failure != ServerFailure.NotUnderstood || reply.Message is not null || !withEdns) return reply;

        // RFC 6891 §7: a server that answers so knows no EDNS.
        server.NoteEdnsRefusal();
        return await TryAsync(server, question, withEdns: false, timeout, cancellation);
    }

    private async ValueTask<ServerReply> TryAsync(NameServer server, DnsQuestion question, bool withEdns, TimeSpan timeout, CancellationToken cancellation)
    {
        var query = QueryWriter.Write(question, withEdns, _options.UseRandomCase);
        var buffer = ArrayPool<byte>.Shared.Rent(UdpExchange.BufferSize);
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var length = await UdpExchange.AskAsync(server.Address, query, buffer, _options.UseRandomCase, either.Token);
            ReadOnlyMemory<byte> answer = length > 0
                ? buffer.AsMemory(0, length)
                : await TcpExchange.AskAsync(server.Address, query, _options.UseRandomCase, either.Token);
            if (!MessageParser.TryParse(answer.Span, question.Type, out var message)) return new ServerReply(ServerFailure.Malformed);
            return ServerReply.From(message with { IsAuthentic = message.IsAuthentic && _options.TrustsProofOf(server.Address.Address) });
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ServerReply(ServerFailure.Silent);
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            // Nobody listens there, or it went away in the middle.
            return new ServerReply(ServerFailure.Silent);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
