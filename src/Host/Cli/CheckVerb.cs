using System.CommandLine;
using System.Net.Sockets;
using Merpati.Auth;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Storage;

namespace Merpati.Host.Cli;

/// <summary><c>check</c>: looks at everything that could keep the system from serving, and changes nothing.</summary>
internal static class CheckVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var json = JsonOption.Create();
        var verb = new Command("check", """
            Check the configuration, the data directory, every message in the store, aliases and groups, the ports, the host name, the certificate and
            the key files. Works beside a running server. The exit status is 1 when something is wrong; a warning alone leaves it 0.
            """) { json };
        verb.SetAction((line, cancellation) => RunAsync(line, line.GetValue(json), cancellation));
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult line, bool json, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var settings = CheckConfiguration(line, findings);
        await CheckStoreAsync(line, findings, cancellation);
        if (settings is not null)
        {
            foreach (var listener in ListenerSettings.Listeners) await ListenerCheck.RunAsync(listener, settings, findings, cancellation);
            await CheckHostNameAsync(settings, findings, cancellation);
            CertificateCheck.Run(settings, GlobalOptions.DataDirectory(line), findings);
            CheckPasswords(settings, findings);
        }

        var listing = new Listing("result", "what", "finding");
        foreach (var finding in findings) listing.Add(finding.Result, finding.What, finding.Text);
        listing.Print(Console.Out, json, "");
        var wrong = findings.Count(finding => finding.Result == Finding.Wrong);
        return wrong == 0 ? ExitStatus.Done : throw new CommandFailure($"{wrong} of {findings.Count} checks failed");
    }

    private static Settings? CheckConfiguration(ParseResult line, List<Finding> findings)
    {
        try
        {
            var settings = GlobalOptions.Settings(line);
            findings.Add(new(Finding.Fine, "configuration", "every key and value is allowed"));
            return settings;
        }
        catch (CommandFailure fault)
        {
            findings.AddRange(fault.Message.Split('\n').Select(text => new Finding(Finding.Wrong, "configuration", text)));
            return null;
        }
    }

    private static async Task CheckStoreAsync(ParseResult line, List<Finding> findings, CancellationToken cancellation)
    {
        var directory = GlobalOptions.DataDirectory(line);
        if (!Directory.Exists(directory))
        {
            findings.Add(new(Finding.Wrong, "store", $"there is no data directory {directory}; 'merpati setup' makes one"));
            return;
        }

        try
        {
            await using var store = await OpenStore.OpenAsync(line, exclusive: false);
            using var progress = new ProgressLine("reading the store", TimeProvider.System);
            var faults = await store.VerifyAsync(progress, cancellation);
            progress.Dispose();
            findings.AddRange(faults.Select(fault => new Finding(Finding.Wrong, "store", fault)));
            var domains = await store.Accounts.ListDomainsAsync(cancellation);
            if (faults.Count == 0) findings.Add(new(Finding.Fine, "store", $"sound; {domains.Count} domains, {domains.Sum(domain => domain.Accounts)} accounts"));
            await AddressCheck.RunAsync(store, findings, cancellation);
            await CheckThrottleAsync(store, findings, cancellation);
            if (domains.Count == 0) findings.Add(new(Finding.Doubtful, "domains", "there are none, so all mail is refused; add one with 'merpati domain add'"));
        }
        catch (StoreException fault)
        {
            findings.Add(new(Finding.Wrong, "store", fault.Message));
        }
        catch (CommandFailure)
        {
            findings.Add(new(Finding.Doubtful, "store", "not looked at, for want of a configuration"));
        }
    }

    private static async Task CheckThrottleAsync(IMailStore store, List<Finding> findings, CancellationToken cancellation)
    {
        var entries = (await store.Throttle.ListAsync(TimeProvider.System.GetUtcNow(), cancellation)).Count;
        findings.Add(new(Finding.Fine, "throttle", entries == 0 ? "nobody is refused" : $"{entries} refusals in force ('merpati throttle list')"));
    }

    private static async Task CheckHostNameAsync(Settings settings, List<Finding> findings, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var addresses = await System.Net.Dns.GetHostAddressesAsync(settings.HostName, patience.Token);
            findings.Add(new(Finding.Fine, "host name", $"{settings.HostName} is {string.Join(", ", addresses.Select(address => address.ToString()))}"));
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            findings.Add(new(Finding.Doubtful, "host name", $"DNS has no address for {settings.HostName}; other hosts will not find it (Server:HostName)"));
        }
    }

    private static void CheckPasswords(Settings settings, List<Finding> findings)
    {
        findings.Add(settings.Get(LoginSettings.RequireTls) switch
        {
            TlsRequirement.Never => new(Finding.Doubtful, "passwords", "are taken in clear from everywhere (Auth:RequireTls = never)"),
            TlsRequirement.Always => new(Finding.Fine, "passwords", "are taken inside TLS only"),
            _ => new(Finding.Fine, "passwords", "are taken inside TLS and on loopback only"),
        });
    }
}
