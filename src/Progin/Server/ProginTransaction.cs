using Merpati.Auth;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Progin.Server;

/// <summary>A message to be: SNDR makes it; HELO, MAIL, FTCH and the end of its text drop it.</summary>
internal sealed class ProginTransaction(Identity sender)
{
    private readonly List<Recipient> _recipients = [];
    private readonly HashSet<EmailAddress> _seen = [];

    /// <summary>Who sends it.</summary>
    public Identity Sender { get; } = sender;

    /// <summary>Where notices go.</summary>
    public MailPath ReversePath { get; } = new(sender.Address);

    /// <summary>The same as the envelope names him.</summary>
    public Submitter Submitter { get; } = new(sender.AccountId, sender.Address);

    /// <summary>How often RCPT was said.</summary>
    public int Attempts { get; set; }

    /// <summary>The accepted recipients, each address once, in the order given.</summary>
    public IReadOnlyList<Recipient> Recipients => _recipients;

    /// <summary>Adds a recipient, unless its address is there already.</summary>
    public void Add(Recipient recipient)
    {
        if (_seen.Add(recipient.Address)) _recipients.Add(recipient);
    }
}
