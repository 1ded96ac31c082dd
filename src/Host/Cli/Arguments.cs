using System.CommandLine;
using Merpati.Mail.Addresses;

namespace Merpati.Host.Cli;

/// <summary>Arguments that several verbs take, read into their types; a malformed one is wrong usage.</summary>
internal static class Arguments
{
    public static Argument<string> AddressArgument(string description = "The account's address, as in alice@example.org.") => new("ADDRESS") { Description = description };

    /// <summary>One or more addresses.</summary>
    public static Argument<string[]> AddressesArgument(string name, string description, bool required = true) =>
        new(name) { Description = description, Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore };

    /// <summary>The file of an import.</summary>
    public static Argument<FileInfo> CsvArgument(string description) => new("FILE.csv") { Description = description };

    /// <summary>The <c>--domain</c> of a list.</summary>
    public static Option<string?> DomainOption(string description) => new("--domain") { Description = description, HelpName = "DOMAIN" };

    public static Argument<string> DomainArgument() => new("DOMAIN") { Description = "The domain, as in example.org." };

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address)
        ? address
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not an address; write it as alice@example.org", ExitStatus.WrongUsage);

    public static List<EmailAddress> Addresses(string[]? texts) => [.. (texts ?? []).Select(Address)];

    /// <summary>The domain of a <c>--domain</c>; null when it was not given.</summary>
    public static Domain? Domain(ParseResult line, Option<string?> option) => line.GetValue(option) is { } text ? Domain(text) : null;

    public static Domain Domain(string text) => Mail.Addresses.Domain.TryParse(text, out var domain) && !domain.IsLiteral
        ? domain
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a domain; write it as example.org", ExitStatus.WrongUsage);
}
