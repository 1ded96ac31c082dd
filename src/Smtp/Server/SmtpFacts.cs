using System.Net;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Server;

/// <summary>What is known of the client, whatever transaction is open.</summary>
internal sealed class SmtpFacts
{
    /// <summary>What is known when a client has just connected: its address, null when it did not come over a network.</summary>
    public SmtpFacts(IPAddress? clientAddress) => Origin = new Origin("", clientAddress, "SMTP");

    /// <summary>Name, address and protocol, as envelopes carry them. The name is printable ASCII; empty before HELO.</summary>
    public Origin Origin { get; private set; }

    /// <summary>The client has introduced itself. RFC 3848: "ESMTP" after EHLO, "SMTP" after HELO.</summary>
    public void Introduce(string clientName, bool extended) =>
        Origin = new Origin(clientName, Origin.ClientAddress, extended ? "ESMTP" : "SMTP");
}
