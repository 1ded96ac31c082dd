using Merpati.Auth.Sasl;
using Merpati.Mail.Directory;
using Merpati.Mail.Intake;
using Merpati.Mail.Terminals;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Server;

/// <summary>Whom an SMTP server asks. What is not there is not offered to clients.</summary>
/// <param name="Directory">Who is this address?</param>
/// <param name="Intake">Take this message.</param>
public sealed record SmtpPartners(IDirectory Directory, IIntake Intake)
{
    /// <summary>Answers VRFY and EXPN, and says under which addresses a user may send. Without it VRFY is 252, EXPN 502, and a user has his own address only.</summary>
    public IAddressBook? AddressBook { get; init; }

    /// <summary>What waits for other hosts, for ETRN, ATRN and TURN.</summary>
    public IMailOnDemand? OnDemand { get; init; }

    /// <summary>The mechanisms of AUTH (RFC 4954).</summary>
    public ISaslServer? Sasl { get; init; }

    /// <summary>The terminals for SEND, SOML and SAML (RFC 821 §3.4).</summary>
    public ITerminals? Terminals { get; init; }

    /// <summary>What STARTTLS goes over to (RFC 3207).</summary>
    public TlsServer? Tls { get; init; }
}
