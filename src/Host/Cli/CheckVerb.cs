using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text;
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
            Check the configuration, the data directory, every message in the store, the ports and the host name. Works beside a running server.
            The exit status is 1 when something is wrong; a warning alone leaves it 0.
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
            await CheckListenersAsync("smtp", settings.Get(ListenerSettings.Smtp.EndPoints), findings, cancellation);
            await CheckListenersAsync("pop3", settings.Get(ListenerSettings.Pop3.EndPoints), findings, cancellation);
            await CheckHostNameAsync(settings, findings, cancellation);
            CheckTls(settings, findings);
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

    private static async Task CheckListenersAsync(string name, IReadOnlyList<IPEndPoint> endPoints, List<Finding> findings, CancellationToken cancellation)
    {
        if (endPoints.Count == 0) findings.Add(new(Finding.Fine, name, "off"));
        foreach (var endPoint in endPoints)
        {
            if (endPoint.Port != 0 && await GreetingAsync(endPoint, cancellation) is { } greeting)
            {
                var ours = greeting.Contains("Merpati", StringComparison.Ordinal);
                findings.Add(new(ours ? Finding.Fine : Finding.Wrong, name, $"{endPoint} answers \"{ControlText.Escape(greeting)}\"{(ours ? "" : ": another program has this port")}"));
            }
            else
            {
                findings.Add(TryBind(name, endPoint));
            }
        }
    }

    private static Finding TryBind(string name, IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return new(Finding.Fine, name, $"{endPoint} is free");
        }
        catch (SocketException fault)
        {
            return new(Finding.Wrong, name, $"{endPoint} cannot be had: {fault.Message}");
        }
    }

    private static async Task<string?> GreetingAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var target = endPoint.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, endPoint.Port)
            : endPoint.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, endPoint.Port) : endPoint;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, patience.Token);
            var octets = new byte[512];
            var length = await socket.ReceiveAsync(octets, patience.Token);
            return Encoding.ASCII.GetString(octets, 0, length).TrimEnd();
        }
        catch (Exception nobody) when (nobody is SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task CheckHostNameAsync(Settings settings, List<Finding> findings, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(settings.HostName, patience.Token);
            findings.Add(new(Finding.Fine, "host name", $"{settings.HostName} is {string.Join(", ", addresses.Select(address => address.ToString()))}"));
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            findings.Add(new(Finding.Doubtful, "host name", $"DNS has no address for {settings.HostName}; other hosts will not find it (Server:HostName)"));
        }
    }

    private static void CheckTls(Settings settings, List<Finding> findings)
    {
        findings.Add(settings.Get(LoginSettings.RequireTls) == TlsRequirement.Never
            ? new(Finding.Doubtful, "passwords", "are taken in clear from everywhere (Auth:RequireTls = never)")
            : new(Finding.Fine, "passwords", "are taken on loopback only: this release has no TLS and so no certificate"));
    }

    private sealed record Finding(string Result, string What, string Text)
    {
        public const string Fine = "ok";
        public const string Doubtful = "warning";
        public const string Wrong = "wrong";
    }
}
