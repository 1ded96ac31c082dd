using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// BDAT takes a chunk of the message, its length said beforehand (RFC 3030 §2). The octets of a chunk are always read, also when it is refused;
/// after a chunk that failed, the others are refused up to the last or to RSET.
/// </summary>
internal static class BdatCommand
{
    private const int SmallChunk = 1024; // octets: smaller ones bring the message so little nearer that they are counted

    public static readonly SmtpCommand Row = new("BDAT", ExecuteAsync, SmtpPhase.RcptGiven | SmtpPhase.ChunkGiven)
    {
        Continuation = ReceiveAsync,
        Trailing = static line => ChunkArgument.TryParse(line.Argument.Span, out var chunk) ? chunk.Octets : 0,
        Help = ["BDAT octets [LAST]", "So many octets of the message follow, without dots."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (ChunkArgument.TryParse(line.Argument.Span, out _)) return new(SmtpAnswer.Silence with { Continues = true });

        // Nobody can tell what follows. What was meant as a chunk is lost, and so is the message.
        if (session.Transaction!.Recipients.Count > 0) Begin(session).Fail();
        return new(SmtpRejection.BadChunk);
    }

    private static async ValueTask<SmtpAnswer> ReceiveAsync(SmtpSession session, WireConnection connection)
    {
        _ = ChunkArgument.TryParse(CommandLine.Parse(connection.Line).Argument.Span, out var chunk);
        if (session.Transaction!.Recipients.Count == 0)
        {
            return await session.SkipAsync(chunk.Octets) ?? SmtpRejection.NoValidRecipients;
        }

        var message = Begin(session);
        var options = session.Service.Options;
        switch (await connection.ReadOctetsAsync(message, chunk.Octets, options.DataTimeout, options.MinDataOctets))
        {
            case LineStatus.Line: break;
            case LineStatus.TimedOut: return SmtpRejection.TimedOut;
            default: return SmtpAnswer.ClientGone;
        }

        if (chunk.IsLast) return await new MessageEnding(message.Envelope, message.Message, message.Octets).FinishAsync(session, message.End());
        if (chunk.Octets < SmallChunk) session.NoteIdle();
        return message.Failure is { } failure ? failure : SmtpReplies.ChunkOk(chunk.Octets);
    }

    private static ChunkedMessage Begin(SmtpSession session)
    {
        var transaction = session.Transaction!;
        session.NoteChunk();
        if (transaction.Chunks is { } begun) return begun;
        var envelope = transaction.Seal(session.Facts);
        return transaction.Chunks = new ChunkedMessage(envelope, session.Service.Partners.Intake.Begin(envelope, callerIsPrompt: true), session.Service.Options);
    }
}
