using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server.Commands;

/// <summary>DATA takes the text of the message (RFC 5321 §4.1.1.4). A text is always read to its true end, whatever is wrong with it.</summary>
internal static class DataCommand
{
    public static readonly SmtpCommand Row = new("DATA", ExecuteAsync, SmtpPhase.RcptGiven, CommandFlags.TakesNoArgument | CommandFlags.EndsGroup)
    {
        Continuation = ReceiveAsync,
        Help = ["DATA", "The text of the message follows, up to a line with a dot alone."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (session.Transaction!.Recipients.Count == 0) return new(SmtpRejection.NoValidRecipients);

        // RFC 3030 §3: dots and line ends would be taken for what they are not.
        return new(session.Transaction.Body == BodyType.BinaryMime ? SmtpRejection.BinaryNeedsChunks : SmtpReplies.SendText);
    }

    private static async ValueTask<SmtpAnswer> ReceiveAsync(SmtpSession session, WireConnection connection)
    {
        var options = session.Service.Options;
        var envelope = session.Transaction!.Seal(session.Facts);
        await using var message = session.Service.Partners.Intake.Begin(envelope, callerIsPrompt: true);
        var text = new MessageText(message, options.MaxMessageBytes);
        var decoder = new DotTextDecoder(text, options.BareNewlines);
        return await connection.ReadDotTextAsync(decoder, options.DataTimeout, options.MinDataOctets) switch
        {
            LineStatus.Line => await new MessageEnding(envelope, message, decoder.Octets).FinishAsync(session, Fault(text, decoder, options)),
            LineStatus.TimedOut => SmtpRejection.TimedOut,
            _ => SmtpAnswer.ClientGone,
        };
    }

    private static SmtpRejection? Fault(MessageText text, DotTextDecoder decoder, SmtpServiceOptions options)
    {
        if (text.IsTooBig) return SmtpRejection.MessageTooBig;
        if (decoder.HasNul) return SmtpRejection.NulInMessage;

        // RFC 5321 §2.3.8
        return decoder.HasBareNewline && options.BareNewlines == BareNewlines.Refuse ? SmtpRejection.BareNewline : null;
    }
}
