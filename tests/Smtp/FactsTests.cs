using System.Net;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Server;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Tests;

public sealed class FactsTests
{
    // RFC 3848, RFC 6531 §4.3
    [Theory]
    [InlineData(false, false, false, "SMTP", "SMTP")]
    [InlineData(false, true, true, "SMTP", "SMTP")]
    [InlineData(true, false, false, "ESMTP", "UTF8SMTP")]
    [InlineData(true, true, false, "ESMTPS", "UTF8SMTPS")]
    [InlineData(true, false, true, "ESMTPA", "UTF8SMTPA")]
    [InlineData(true, true, true, "ESMTPSA", "UTF8SMTPSA")]
    public void NamesTheProtocol(bool extended, bool tls, bool login, string protocol, string internationalized)
    {
        Assert.True(EmailAddress.TryParse("alice@example.org"u8, out var address));
        var facts = new SmtpFacts(new ConnectionEnds(new IPEndPoint(IPAddress.Loopback, 1), null), new SmtpServiceOptions { HostName = "mx.example.org" });
        Assert.Equal("SMTP", facts.Origin.Protocol);
        facts.Introduce("client.example", extended);
        _ = facts.Origin;
        facts.IsTls = tls;
        _ = facts.Origin;
        facts.Submitter = login ? new Submitter(1, address) : null;
        Assert.Equal(protocol, facts.Origin.Protocol);
        Assert.Equal(internationalized, facts.InternationalizedOrigin.Protocol);
        Assert.Equal(login, facts.Origin.Submitter is not null);
        Assert.Same(facts.Origin, facts.Origin);
    }
}
