namespace Merpati.Dns.MailHosts;

/// <summary>What came of looking for the hosts of a domain.</summary>
public enum MailHostOutcome
{
    /// <summary>There is at least one host with an address.</summary>
    Found,

    /// <summary>The domain does not exist.</summary>
    NoSuchDomain,

    /// <summary>The domain says that it takes no mail.</summary>
    NullMx,

    /// <summary>We are the best host for the domain, but its mail is not at home here.</summary>
    LoopsBackToUs,

    /// <summary>All addresses are private or otherwise not for mail between strangers.</summary>
    NoPublicAddress,

    /// <summary>No host of the domain has an address, or the domain has neither hosts nor an address.</summary>
    NoAddress,

    /// <summary>The DNS could not say now.</summary>
    TryLater,
}
