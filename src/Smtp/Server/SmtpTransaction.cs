using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Server;

/// <summary>A mail transaction (RFC 5321 §3.3): MAIL makes it; RSET, HELO, EHLO and the end of data drop it.</summary>
internal sealed class SmtpTransaction
{
    private readonly List<Recipient> _recipients = [];
    private HashSet<EmailAddress>? _seen; // only where there are several

    /// <summary>A transaction of one sender.</summary>
    public SmtpTransaction(MailPath reversePath, BodyType body)
    {
        ReversePath = reversePath;
        Body = body;
    }

    /// <summary>Where notices go.</summary>
    public MailPath ReversePath { get; }

    /// <summary>What MAIL declared of the body.</summary>
    public BodyType Body { get; }

    /// <summary>Where it goes with users of ours: into mailboxes after MAIL, elsewhere after SEND, SOML and SAML (RFC 821 §3.4).</summary>
    public DeliveryWay Way { get; init; }

    /// <summary>The accepted recipients, each address once, in the order given.</summary>
    public IReadOnlyList<Recipient> Recipients => _recipients;

    /// <summary>Adds a recipient, unless its address is there already.</summary>
    public void Add(Recipient recipient)
    {
        if (_recipients.Count > 0)
        {
            _seen ??= [_recipients[0].Address];
            if (!_seen.Add(recipient.Address)) return;
        }

        _recipients.Add(recipient);
    }
}
