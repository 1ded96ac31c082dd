using System.CommandLine;
using Merpati.Mail.Addresses;

namespace Merpati.Host.Cli;

/// <summary>Arguments that several verbs take, read into their types; a malformed one is wrong usage.</summary>
internal static class Arguments
{
    public static Argument<string> AddressArgument(string description = "The account's address, as in alice@example.org.") => new("ADDRESS") { Description = description };

    public static Argument<string> DomainArgument() => new("DOMAIN") { Description = "The domain, as in example.org." };

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address)
        ? address
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not an address; write it as alice@example.org", ExitStatus.WrongUsage);

    public static Domain Domain(string text) => Mail.Addresses.Domain.TryParse(text, out var domain) && !domain.IsLiteral
        ? domain
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a domain; write it as example.org", ExitStatus.WrongUsage);
}
