using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// DATA takes the text of the message (RFC 5321 §4.1.1.4). Its 250 is given after the intake's durable commit and takes over the responsibility
/// for the message (§6.1). A text is always read to its true end, whatever is wrong with it.
/// </summary>
internal static class DataCommand
{
    public static readonly SmtpCommand Row = new("DATA", ExecuteAsync, SmtpPhase.RcptGiven, CommandFlags.TakesNoArgument)
    {
        Continuation = ReceiveAsync,
        Help = ["DATA", "The text of the message follows, up to a line with a dot alone."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) =>
        new(session.Transaction!.Recipients.Count == 0 ? SmtpRejection.NoValidRecipients : SmtpReplies.SendText);

    private static async ValueTask<SmtpAnswer> ReceiveAsync(SmtpSession session, WireConnection connection)
    {
        var options = session.Service.Options;
        var transaction = session.Transaction!;
        var envelope = new Envelope(transaction.ReversePath, transaction.Recipients, transaction.Body, session.Facts.Origin) { Way = transaction.Way };
        await using var message = session.Service.Intake.Begin(envelope);
        var text = new MessageText(message, options.MaxMessageBytes);
        var decoder = new DotTextDecoder(text, options.BareNewlines);
        var minOctets = (long)(options.MinDataOctetsPerSecond * options.DataTimeout.TotalSeconds);
        switch (await connection.ReadDotTextAsync(decoder, options.DataTimeout, minOctets))
        {
            case LineStatus.Line: break;
            case LineStatus.TimedOut: return SmtpRejection.TimedOut;
            default: return SmtpAnswer.ClientGone;
        }

        var textEnded = session.Service.Time.GetTimestamp();
        var rejection = Fault(text, decoder, options) ?? SmtpRejections.Of(await message.CommitAsync(CancellationToken.None));
        session.Drop();
        Report(session, envelope, new Receipt(message.Id, decoder.Octets, rejection, session.Service.Time.GetElapsedTime(textEnded)));
        if (rejection is { } refusal) return refusal;
        session.NoteAccepted();
        return SmtpReply.Create(250, SmtpReplies.Success(0, 0), $"Ok: queued as {message.Id}");
    }

    private static SmtpRejection? Fault(MessageText text, DotTextDecoder decoder, SmtpServiceOptions options)
    {
        if (text.IsTooBig) return SmtpRejection.MessageTooBig;
        if (decoder.HasNul) return SmtpRejection.NulInMessage;

        // RFC 5321 §2.3.8
        return decoder.HasBareNewline && options.BareNewlines == BareNewlines.Refuse ? SmtpRejection.BareNewline : null;
    }

    private static void Report(SmtpSession session, Envelope envelope, Receipt receipt)
    {
        var verdict = receipt.Rejection is { } rejection ? SmtpRejections.Of(rejection).Tag : "accepted";
        SmtpMetrics.MessageAnswered(verdict, receipt.Answered);
        SmtpLog.MessageAnswered(
            session.Service.Logger, receipt.Id, verdict, receipt.Octets, envelope.ReversePath, envelope.Recipients.Count,
            envelope.Origin.ClientAddress, envelope.Origin.ClientName, receipt.Answered.TotalMilliseconds);
    }

    private readonly record struct Receipt(QueueId Id, long Octets, SmtpRejection? Rejection, TimeSpan Answered);

    /// <summary>Hands the text to the intake up to the limit; the rest is counted out and dropped.</summary>
    private sealed class MessageText(IIncomingMessage message, long limit) : IOctetSink
    {
        private long _left = limit;

        public bool IsTooBig { get; private set; }

        public void Append(ReadOnlySpan<byte> octets)
        {
            IsTooBig |= octets.Length > _left;
            if (IsTooBig) return;
            _left -= octets.Length;
            message.Append(octets);
        }
    }
}
