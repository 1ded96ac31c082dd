using System.Security.Cryptography;
using System.Text;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>
/// What a user submits must say who wrote it, and it must be himself (RFC 6409 §6.1, §8.1): every mailbox in From, or, where there are several, the one
/// in Sender, is an address under which he may send. Date and Message-ID are added where they are missing (RFC 6409 §8.2, §8.3). Nothing else is touched.
/// </summary>
internal sealed class SubmissionStep : IntakeStep
{
    private const int MaxOctetsKept = 64 * 1024;
    private const int MaxAuthors = 100;
    private const int From = 0;
    private const int Sender = 1;
    private const int Date = 2;
    private const int MessageId = 3;

    private readonly HeaderFields _fields = new(MaxOctetsKept, "from", "sender", "date", "message-id");
    private readonly AddressBook _book;
    private readonly Submitter? _submitter;
    private readonly DateTimeOffset _at;
    private readonly string _hostName;
    private readonly QueueId _id;

    public SubmissionStep(AddressBook book, Submitter? submitter, QueueId id, string hostName, DateTimeOffset at)
    {
        _book = book;
        _submitter = submitter;
        _id = id;
        _hostName = hostName;
        _at = at;
    }

    public override void See(ReadOnlySpan<byte> octets) => _fields.Append(octets);

    public override async ValueTask<IntakeVerdict> JudgeAsync(CancellationToken cancellation)
    {
        _fields.Finish();

        // RFC 5322 §3.6: From stands exactly once. With two, readers would not agree on who wrote it.
        if (Read(From) is not { Count: > 0 } authors) return IntakeVerdict.NoAuthor;
        if (_submitter is null || await AreOwnAsync(authors, cancellation)) return IntakeVerdict.Accepted;

        // RFC 5322 §3.6.2: with several authors, Sender says which of them sent it.
        return authors.Count > 1 && Read(Sender) is { Count: 1 } sender && await AreOwnAsync(sender, cancellation)
            ? IntakeVerdict.Accepted
            : IntakeVerdict.ForeignAuthor;
    }

    public override ReadOnlyMemory<byte> OnTop()
    {
        var text = new StringBuilder();
        if (_fields.Count(Date) == 0) text.Append("Date: ").Append(TraceFields.Date(_at)).Append("\r\n");
        if (_fields.Count(MessageId) == 0)
        {
            Span<byte> random = stackalloc byte[8];
            RandomNumberGenerator.Fill(random);
            text.Append("Message-ID: <").Append(_id).Append('.').Append(Convert.ToHexStringLower(random)).Append('@').Append(_hostName).Append(">\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    // The mailboxes of a field that stands once and can be read; null otherwise.
    private List<EmailAddress>? Read(int field)
    {
        if (_fields.Count(field) != 1 || _fields.IsCut(field)) return null;
        var mailboxes = new List<EmailAddress>(1);
        return MailboxList.TryRead(_fields.Bodies(field).First().Span, MaxAuthors, mailboxes) ? mailboxes : null;
    }

    private async ValueTask<bool> AreOwnAsync(List<EmailAddress> mailboxes, CancellationToken cancellation)
    {
        foreach (var mailbox in mailboxes)
        {
            if (!await _book.MaySendAsAsync(_submitter!, mailbox, cancellation)) return false;
        }

        return true;
    }
}
