using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>DATA takes the text and sends the message. OK is said after the intake's durable commit; with any other answer nobody has got it.</summary>
internal static class DataCommand
{
    public static async ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command)
    {
        var transaction = session.Transaction!;
        var surroundings = session.Surroundings;
        await using var body = new SentBody(await SentHead.CreateAsync(session, transaction), surroundings.Partners.Intake);
        var text = new SentText(body, surroundings.Options.MaxMessageBytes);
        var decoder = new TextDecoder(text);
        var ending = await session.ReadTextAsync(decoder);
        if (ending is not null) return ending.Value;

        // The message is over, whatever comes of it.
        session.Enter(ProginPhase.Greeted);
        var fault = Fault(decoder, text) ?? body.Finish();
        var rejection = fault ?? await CommitAsync(session, body);
        surroundings.Log.MessageAnswered(transaction, body.Id, decoder.Octets, rejection);
        if (rejection is not null) return ProginReply.Reject(rejection.Value);
        session.Tally.Sent++;
        return ProginReply.Ok;
    }

    /// <summary>Why it cannot be given in a phase.</summary>
    public static ProginRejection OutOfOrder(ProginPhase phase) => phase switch
    {
        ProginPhase.Sender => ProginRejection.NoRecipient,
        ProginPhase.Mail => ProginRejection.SenderFirst,
        _ => ProginRejection.MailFirst,
    };

    private static ProginRejection? Fault(TextDecoder decoder, SentText text)
    {
        if (text.IsTooBig) return ProginRejection.TextTooBig;
        if (decoder.HasNul) return ProginRejection.NulInText;
        if (decoder.HasBareCarriageReturn) return ProginRejection.BareCarriageReturn;
        return text.IsSubjectTooLong ? ProginRejection.SubjectTooLong : null;
    }

    private static async ValueTask<ProginRejection?> CommitAsync(ProginSession session, SentBody body)
    {
        var commit = body.CommitAsync();
        var comesBack = !commit.IsCompleted; // perhaps on a thread of the store
        var verdict = await commit;
        if (comesBack) session.EndTurn();
        return ProginRejections.Of(verdict);
    }
}
