using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Routing;

/// <summary>What two ways of writing one address have in common.</summary>
internal static class AddressKey
{
    public static string Of(EmailAddress address) => $"{address.Local.Key}@{address.Domain.Name}";
}
