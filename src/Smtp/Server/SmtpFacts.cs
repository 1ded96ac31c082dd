using System.Net;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Server;

/// <summary>What is known of the client, whatever transaction is open.</summary>
internal sealed class SmtpFacts
{
    private Origin? _origin; // made when first asked for after a change

    /// <summary>What is known when a client has just connected: its address, null when it did not come over a network.</summary>
    public SmtpFacts(IPAddress? clientAddress) => ClientAddress = clientAddress;

    /// <summary>The client's address; null when it did not come over a network.</summary>
    public IPAddress? ClientAddress { get; }

    /// <summary>What the client called itself: printable ASCII; empty before HELO.</summary>
    public string ClientName { get; private set; } = "";

    /// <summary>Whether it said EHLO rather than HELO.</summary>
    public bool IsExtended { get; private set; }

    /// <summary>Whether the connection is under TLS.</summary>
    public bool IsTls
    {
        get;
        set
        {
            field = value;
            _origin = null;
        }
    }

    /// <summary>Who has logged in; null for a stranger.</summary>
    public Submitter? Submitter
    {
        get;
        set
        {
            field = value;
            _origin = null;
        }
    }

    /// <summary>Name, address and protocol, as envelopes carry them.</summary>
    public Origin Origin => _origin ??= Describe(isInternationalized: false);

    /// <summary>The same for a message sent with SMTPUTF8, whose protocol has a name of its own (RFC 6531 §4.3).</summary>
    public Origin InternationalizedOrigin => Describe(isInternationalized: true);

    /// <summary>The client has introduced itself.</summary>
    public void Introduce(string clientName, bool extended)
    {
        ClientName = clientName;
        IsExtended = extended;
        _origin = null;
    }

    private Origin Describe(bool isInternationalized) => new(ClientName, ClientAddress, Protocol(isInternationalized)) { Submitter = Submitter };

    // RFC 3848: S for TLS, A for a login; they exist for the extended protocol only. RFC 6531 §4.3.
    private string Protocol(bool isInternationalized)
    {
        if (!IsExtended) return "SMTP";
        var isKnown = Submitter is not null;
        if (isInternationalized) return IsTls ? (isKnown ? "UTF8SMTPSA" : "UTF8SMTPS") : isKnown ? "UTF8SMTPA" : "UTF8SMTP";
        return IsTls ? (isKnown ? "ESMTPSA" : "ESMTPS") : isKnown ? "ESMTPA" : "ESMTP";
    }
}
