using System.Text;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server;

/// <summary>Makes the header and the envelope of a message that is sent (RFC 5322 §3.6). Date and Message-ID are the intake's to add, as to any submission (RFC 6409 §8).</summary>
internal sealed class SentHead
{
    private const string Protocol = "PROGIN";

    private readonly ProginTransaction _transaction;
    private readonly Origin _origin;
    private readonly string _fullName;

    private SentHead(ProginTransaction transaction, Origin origin, string fullName)
    {
        _transaction = transaction;
        _origin = origin;
        _fullName = fullName;
    }

    /// <summary>Looks up what the header needs to know of the sender.</summary>
    public static async ValueTask<SentHead> CreateAsync(ProginSession session, ProginTransaction transaction)
    {
        var origin = new Origin(session.Facts.ClientName, session.ClientAddress, Protocol) { Submitter = transaction.Submitter, IsSubmission = true };
        return new SentHead(transaction, origin, await FindNameAsync(session, transaction));
    }

    /// <summary>The envelope.</summary>
    public Envelope Envelope(BodyType body) => new(_transaction.ReversePath, _transaction.Recipients, body, _origin)
    {
        IsInternationalized = !_transaction.ReversePath.IsAscii || _transaction.Recipients.Any(recipient => !recipient.Address.IsAscii),
    };

    /// <summary>The header with the empty line that ends it; without a subject when that is null.</summary>
    public byte[] Header(string? subject, string transferEncoding)
    {
        var head = new StringBuilder(512);
        HeaderText.Mailbox(head, "From", _fullName, _transaction.Sender.Address);
        HeaderText.Addresses(head, "To", _transaction.Recipients.Select(recipient => recipient.Address));
        if (subject is not null) HeaderText.Unstructured(head, "Subject", subject);
        head.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ").Append(transferEncoding).Append("\r\n\r\n");
        return Encoding.UTF8.GetBytes(head.ToString());
    }

    // A name is an ornament: whoever cannot be looked up now has none.
    private static async ValueTask<string> FindNameAsync(ProginSession session, ProginTransaction transaction)
    {
        if (session.Surroundings.Partners.AddressBook is not { } book) return "";
        var answer = await book.VerifyAsync(transaction.Sender.Address.ToString(), 1, CancellationToken.None);
        return answer is { Outcome: BookOutcome.Found, Entries: [var listed, ..] } && listed.Address.ToString() == transaction.Sender.Address.ToString() ? listed.Name : "";
    }
}
