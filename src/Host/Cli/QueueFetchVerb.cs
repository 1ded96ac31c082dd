using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Host.Telemetry;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Server;
using Merpati.Storage;
using Merpati.Wire.Connections;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Cli;

/// <summary><c>queue fetch</c>: gets what waits for us in the queue of another host.</summary>
internal static class QueueFetchVerb
{
    public static Command Create()
    {
        var domains = new Argument<string[]>("DOMAIN") { Description = "The domains to ask for. Default: Provider:Domains.", Arity = ArgumentArity.ZeroOrMore };
        var from = new Option<string?>("--from") { Description = "The host, as in Provider:Route: HOST:PORT, then words such as tls=verified user=NAME password-file=FILE.", HelpName = "ROUTE" };
        var by = new Option<string?>("--by") { Description = "How to ask. Default: Provider:Command.", HelpName = "atrn|etrn|turn" };
        by.AcceptOnlyFromAmong("atrn", "etrn", "turn");
        var verb = new Command("fetch", """
            Ask another host, such as the provider of a branch office with a line that is not always there, for the mail that waits there for our domains.

            With atrn and turn it comes over the same connection, and is in the mailboxes when this command ends; after etrn the other host connects to
            the server here. It works beside a running server.
            """) { domains, from, by };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var settings = GlobalOptions.Settings(line);
            var command = line.GetValue(by) is { } said ? Enum.Parse<ProviderCommand>(said, ignoreCase: true) : settings.Get(DeliverySettings.ProviderBy);
            var route = ReadRoute(line.GetValue(from) ?? settings.Text(DeliverySettings.Provider), GlobalOptions.DataDirectory(line));
            var wanted = line.GetValue(domains) is { Length: > 0 } named ? [.. named.Select(Arguments.Domain)] : await ConfiguredAsync(store, settings, command, cancellation);
            await AskAsync(line, store, new ProviderOptions(route, command, wanted), cancellation);
        }));
        return verb;
    }

    /// <summary>The domains of the configuration; for ETRN, which must name them, all of ours when it says none.</summary>
    public static async Task<IReadOnlyList<Domain>> ConfiguredAsync(IMailStore store, Settings settings, ProviderCommand command, CancellationToken cancellation)
    {
        var configured = settings.Get(DeliverySettings.ProviderDomains).Select(Arguments.Domain).ToList();
        if (configured.Count > 0 || command != ProviderCommand.Etrn) return configured;
        return [.. (await store.Accounts.ListDomainsAsync(cancellation)).Select(record => record.Domain)];
    }

    /// <summary>Reads a route that must name a host.</summary>
    public static Delivery.Routing.RelayRoute ReadRoute(string text, string dataDirectory)
    {
        try
        {
            if (RouteText.TryParse(text, dataDirectory, out var route) && route!.Host is not null) return route;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot read the provider's password: {failure.Message}");
        }

        throw new CommandFailure(text.Length == 0
            ? "there is no provider: name one with --from, or set Provider:Route"
            : $"\"{text}\" is no host to ask: write HOST:PORT, then words such as tls=verified user=NAME password-file=FILE");
    }

    private static async Task AskAsync(ParseResult line, IMailStore store, ProviderOptions options, CancellationToken cancellation)
    {
        var settings = GlobalOptions.Settings(line);
        using var loggers = Logging.Create(LogFormat.Plain, LogLevel.Warning);
        using var heartbeat = new Heartbeat(TimeProvider.System);
        await using var reception = await Reception.OpenAsync(store, settings, new OutgoingSurroundings(GlobalOptions.DataDirectory(line), heartbeat, loggers));
        var intake = new CountingIntake(reception.Intake);
        var service = new SmtpService(ServiceOptions.Smtp(settings, SmtpRole.Relay), reception.Partners with { Intake = intake }, TimeProvider.System, loggers);
        await using var provider = new ProviderMail(reception.Outgoing, service, options, loggers);
        var answer = await provider.AskAsync(cancellation);
        if (!answer.IsDone) throw new CommandFailure(ControlText.Escape(answer.Text));
        Console.Out.WriteLine(options.Command == ProviderCommand.Etrn ? ControlText.Escape(answer.Text) : intake.Accepted == 1 ? "1 message" : $"{intake.Accepted} messages");
    }
}
