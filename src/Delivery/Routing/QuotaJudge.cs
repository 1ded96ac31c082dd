using Merpati.Mail.Directory;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>Judges the room of an account at RCPT by the size that MAIL declared; the store judges once more, by the true size, at commit.</summary>
internal static class QuotaJudge
{
    /// <summary>Local when there is room, else the refusal.</summary>
    public static RecipientStanding Judge(AccountRoom? room, long declaredOctets)
    {
        if (room is null) return RecipientStanding.Local;
        if (declaredOctets > room.LimitOctets || declaredOctets > room.DomainLimitOctets) return RecipientStanding.LargerThanQuota;

        // A message of unknown size has an octet at least.
        var octets = Math.Max(declaredOctets, 1);
        return room.LimitOctets - room.UsedOctets < octets || room.DomainLimitOctets - room.DomainUsedOctets < octets
            ? RecipientStanding.OverQuota
            : RecipientStanding.Local;
    }
}
