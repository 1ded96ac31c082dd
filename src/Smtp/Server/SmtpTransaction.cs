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

    /// <summary>The size that MAIL declared, in octets; 0 when it did not.</summary>
    public long DeclaredOctets { get; init; }

    /// <summary>Whether MAIL said SMTPUTF8 (RFC 6531 §3.4).</summary>
    public bool IsInternationalized { get; init; }

    /// <summary>How much a notice of failure brings back (RFC 3461 §4.3).</summary>
    public ReturnContent Return { get; init; }

    /// <summary>The sender's name for this sending (RFC 3461 §4.4); null when not given.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>How often RCPT was said.</summary>
    public int Attempts { get; set; }

    /// <summary>The message, while it comes in chunks (RFC 3030).</summary>
    public ChunkedMessage? Chunks { get; set; }

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

    /// <summary>The envelope, as it stands when the message begins.</summary>
    public Envelope Seal(SmtpFacts facts) => new(ReversePath, _recipients, Body, IsInternationalized ? facts.InternationalizedOrigin : facts.Origin)
    {
        Way = Way,
        IsInternationalized = IsInternationalized,
        Return = Return,
        EnvelopeId = EnvelopeId,
    };
}
