using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>Where an address leads in the end. Groups are ends too: nobody needs their members before there is a message.</summary>
internal sealed class Route
{
    /// <summary>The accounts that take mail, each once, with the room they have.</summary>
    public List<AddressEntry> Accounts { get; } = new(1);

    /// <summary>The groups, each once.</summary>
    public List<GroupRecord> Groups { get; } = [];

    /// <summary>The forward that stands at the address itself, when it is one that is followed.</summary>
    public ForwardRecord? Forward { get; set; }

    /// <summary>The addresses of other hosts to which an address of ours leads, each once.</summary>
    public List<EmailAddress> Abroad { get; } = [];

    /// <summary>Whether it leads to another host from an address of ours.</summary>
    public bool LeadsAbroad => Abroad.Count > 0;

    /// <summary>Whether what leads to another host is carried there.</summary>
    public bool IsCarriedAbroad { get; init; }

    /// <summary>Whether it leads round in a circle, or through more addresses than anybody can mean.</summary>
    public bool Loops { get; set; }

    /// <summary>Why the first of its ways that lead nowhere does; Local when there is none.</summary>
    public RecipientStanding DeadEnd { get; private set; } = RecipientStanding.Local;

    /// <summary>The address to use instead, where the dead end is a user who moved.</summary>
    public EmailAddress? NewAddress { get; private set; }

    /// <summary>Whether a message can be delivered along it, here and to all that it leads to.</summary>
    public bool IsWhole => !Loops && (IsCarriedAbroad || !LeadsAbroad) && Accounts.Count + Groups.Count + Abroad.Count > 0;

    public void Add(AddressEntry account)
    {
        foreach (var known in Accounts)
        {
            if (known.Account!.Id == account.Account!.Id) return;
        }

        Accounts.Add(account);
    }

    public void Add(GroupRecord group)
    {
        if (!Groups.Exists(known => known.Id == group.Id)) Groups.Add(group);
    }

    public void AddAbroad(EmailAddress address)
    {
        if (!Abroad.Contains(address)) Abroad.Add(address);
    }

    public void EndsDead(RecipientStanding why, EmailAddress? newAddress = null)
    {
        if (DeadEnd != RecipientStanding.Local) return;
        DeadEnd = why;
        NewAddress = newAddress;
    }
}
