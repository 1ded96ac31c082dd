using System.Net;
using Merpati.Mail.Envelopes;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server;

/// <summary>What is known of the client, whatever transaction is open. STARTTLS begins anew with nothing but the address (RFC 3207 §4.2).</summary>
internal sealed class SmtpFacts
{
    private readonly bool _isSubmission;
    private Origin? _origin; // made when first asked for after a change

    /// <summary>What is known when a client has just connected: its address, null when it did not come over a network.</summary>
    public SmtpFacts(ConnectionEnds ends, SmtpServiceOptions options)
    {
        ClientAddress = ends.RemoteAddress;
        IsTrusted = ClientAddress is { } address && options.TrustedNetworks.Any(network => network.Contains(address));
        _isSubmission = options.Role == SmtpRole.Submission;
    }

    /// <summary>The client's address; null when it did not come over a network.</summary>
    public IPAddress? ClientAddress { get; }

    /// <summary>Whether the client is in a trusted network.</summary>
    public bool IsTrusted { get; }

    /// <summary>Whether AUTH has succeeded.</summary>
    public bool IsAuthenticated => Submitter is not null;

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

    /// <summary>Whether the client belongs to an audience.</summary>
    public bool IsIn(SmtpAudience audience) => audience switch
    {
        SmtpAudience.Everyone => true,
        SmtpAudience.Trusted => IsTrusted || IsAuthenticated,
        SmtpAudience.Authenticated => IsAuthenticated,
        _ => false,
    };

    private Origin Describe(bool isInternationalized) =>
        new(ClientName, ClientAddress, Protocol(isInternationalized)) { Submitter = Submitter, IsSubmission = _isSubmission };

    // RFC 3848: S for TLS, A for a login; they exist for the extended protocol only. RFC 6531 §4.3.
    private string Protocol(bool isInternationalized)
    {
        if (!IsExtended) return "SMTP";
        var isKnown = Submitter is not null;
        if (isInternationalized) return IsTls ? (isKnown ? "UTF8SMTPSA" : "UTF8SMTPS") : isKnown ? "UTF8SMTPA" : "UTF8SMTP";
        return IsTls ? (isKnown ? "ESMTPSA" : "ESMTPS") : isKnown ? "ESMTPA" : "ESMTP";
    }
}
