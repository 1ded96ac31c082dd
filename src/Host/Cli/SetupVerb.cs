using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Cli;

/// <summary><c>setup you@example.org</c>: from nothing to a mail system with a first account.</summary>
internal static class SetupVerb
{
    public static Command Create()
    {
        var address = Arguments.AddressArgument("Your address: its domain becomes the first domain, you the first account.");
        var serve = new Option<bool>("--serve") { Description = "Serve when all is set up, as 'merpati serve' does." };
        var name = new Option<string>("--name") { Description = "Your name.", HelpName = "FULL NAME", DefaultValueFactory = _ => "" };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from the first line of standard input; otherwise one is made up." };
        var verb = new Command("setup", """
            Make the data directory, the domain of your address, your account and a self-signed certificate, and print the settings for mail programs
            and the DNS records to publish. Done twice it changes nothing the second time.
            """) { address, serve, name, stdin, ServeVerb.Format };
        verb.SetAction(async (line, cancellation) =>
        {
            var who = Arguments.Address(line.GetRequiredValue(address));
            if (who.Domain.IsLiteral) throw new CommandFailure("the address needs a domain name, not an address literal", ExitStatus.WrongUsage);
            GlobalOptions.Settings(line);
            await using (var store = await OpenStore.OpenAsync(line, exclusive: false))
            {
                var password = await AddAsync(store, who, line, (name, stdin), cancellation);
                WriteConfiguration(line, who.Domain);
                CertificateStore.Prepare(GlobalOptions.Settings(line), GlobalOptions.DataDirectory(line), TimeProvider.System);
                Print(Console.Out, who, password, GlobalOptions.Settings(line), GlobalOptions.DataDirectory(line));
            }

            return line.GetValue(serve) ? await ServeVerb.RunAsync(line) : ExitStatus.Done;
        });
        return verb;
    }

    // Null when the account was there already: its password is not known.
    private static async Task<GivenPassword?> AddAsync(
        IMailStore store, EmailAddress who, ParseResult line, (Option<string> Name, Option<bool> Stdin) options, CancellationToken cancellation)
    {
        await store.Accounts.AddDomainAsync(who.Domain, cancellation);
        if (await store.Accounts.FindAsync(who, cancellation) is { Account: not null }) return null;
        var password = line.GetValue(options.Stdin) ? PasswordInput.Get(fromStandardInput: true) : PasswordInput.Generate();
        var verifier = password.ToVerifier(GlobalOptions.Settings(line).Get(LoginSettings.Iterations));
        var outcome = await store.Accounts.AddAccountAsync(new NewAccount(who, line.GetValue(options.Name) ?? "", verifier), cancellation);
        return AccountVerb.Explain(outcome, who) is { } refusal ? throw new CommandFailure(refusal) : password;
    }

    // Only where there is no configuration yet, and only the one thing that cannot be guessed later.
    private static void WriteConfiguration(ParseResult line, Domain domain)
    {
        var path = Path.Combine(GlobalOptions.DataDirectory(line), SettingSources.FileName);
        if (File.Exists(path)) return;
        File.WriteAllText(path, $$"""
            {
              // Every key, its default and what it is for: docs/operating/configuration.md. Environment variables and --set win over this file.
              "Server": {
                "HostName": "mail.{{domain}}"
              }
            }

            """);
    }

    private static void Print(TextWriter output, EmailAddress who, GivenPassword? password, Settings settings, string dataDirectory)
    {
        output.WriteLine(password is null ? $"{who} is there already; nothing was changed." : $"Merpati is set up in {dataDirectory}.");
        output.WriteLine();
        output.WriteLine("Settings for a mail program");
        output.WriteLine($"  address       {who}");
        output.WriteLine($"  user name     {who}");
        output.WriteLine($"  password      {(password is null ? "the one it has ('merpati account passwd' sets a new one)" : password.Generated ? password.Text : "the one you gave")}");
        output.WriteLine($"  incoming      POP3  {Show(settings, ListenerSettings.Pop3s)}, TLS (SSL)");
        output.WriteLine($"                or    {Show(settings, ListenerSettings.Pop3)}, STARTTLS");
        output.WriteLine($"  outgoing      SMTP  {Show(settings, ListenerSettings.Submissions)}, TLS (SSL), with user name and password");
        output.WriteLine($"                or    {Show(settings, ListenerSettings.Submission)}, STARTTLS, with user name and password");
        output.WriteLine($"  for courses   Progin {Show(settings, ListenerSettings.Progin)}, no TLS (docs/progin.md)");
        output.WriteLine($"  certificate   {(CertificateStore.IsOurOwn(settings) ? $"self-signed: the mail program asks once whether to trust it; Tls:Certificate sets a real one" : string.Join(", ", settings.Get(ListenerSettings.TlsCertificate)))}");
        output.WriteLine($"  from others   SMTP  {Show(settings, ListenerSettings.Smtp)}");
        output.WriteLine();
        output.WriteLine($"DNS records to publish, so that others can send to {who.Domain}");
        output.WriteLine($"  {who.Domain}.  MX   10 {settings.HostName}.");
        output.WriteLine($"  {settings.HostName}.  A    (this machine's public address)");
        output.WriteLine($"  {who.Domain}.  TXT  \"v=spf1 mx -all\"");
        output.WriteLine();
        output.Flush();
    }

    private static string Show(Settings settings, ListenerSetting listener) =>
        settings.Get(listener.EndPoints) is { Count: > 0 } endPoints ? string.Join(", ", endPoints) : "off";
}
