using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>HELO begins the conversation, and begins it anew when it is said again. The client may name itself: its name stands in the Received field of what it sends.</summary>
internal static class HeloCommand
{
    public static ValueTask<ProginReply> ExecuteAsync(ProginSession session, ProginCommand command)
    {
        var name = command.Argument.Span;
        if (name.Length > Domain.MaxLength || name.ContainsAnyExceptInRange((byte)'!', (byte)'~')) return new ValueTask<ProginReply>(ProginReply.Reject(ProginRejection.BadClientName));
        session.Facts.ClientName = Encoding.ASCII.GetString(name);
        session.Enter(ProginPhase.Greeted);
        return new ValueTask<ProginReply>(ProginReply.Ok);
    }
}
