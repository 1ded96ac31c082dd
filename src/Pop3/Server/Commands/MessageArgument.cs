using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>Finds the message that an argument names.</summary>
internal static class MessageArgument
{
    /// <summary>
    /// The reply for an argument that names no message, <paramref name="ifMarked"/> where it names one that is marked; null when it names one,
    /// whose place is then in <paramref name="index"/>.
    /// </summary>
    public static Pop3Reply? Resolve(Maildrop maildrop, ReadOnlySpan<byte> argument, Pop3Rejection ifMarked, out int index)
    {
        var outcome = DecimalNumber.Parse(argument, out var number);
        index = number - 1;
        if (outcome == NumberOutcome.NotANumber) return Pop3Reply.Reject(Pop3Rejection.NotANumber);
        if (outcome == NumberOutcome.TooLarge || number > maildrop.Count) return Pop3Reply.Reject(Pop3Rejection.NoSuchMessage, maildrop.Count);
        if (number == 0) return Pop3Reply.Reject(Pop3Rejection.NoMessageZero);
        return maildrop.IsMarked(index) ? Pop3Reply.Reject(ifMarked, number) : null;
    }
}
