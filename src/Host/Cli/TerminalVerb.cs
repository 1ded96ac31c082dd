using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;

namespace Merpati.Host.Cli;

/// <summary><c>terminal ADDRESS</c>: a live session that shows what is sent to a user's terminal.</summary>
internal static class TerminalVerb
{
    private const int SubmissionPort = 587;

    public static Command Create()
    {
        var address = Arguments.AddressArgument("Your address, or the name that you log in with.");
        var server = new Option<string?>("--server") { Description = "The submission port. Default: that of this machine's configuration.", HelpName = "HOST:PORT" };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from the first line of standard input; otherwise it is asked for." };
        var trust = new Option<FileInfo?>("--trust") { Description = "A certificate (PEM) of the server that is believed although no authority vouches for it. This machine's own always is.", HelpName = "FILE" };
        var verb = new Command("terminal", """
            Show messages that others send to your terminal, as they come: those sent with SEND, SOML or SAML (RFC 821 §3.4) instead of MAIL. It logs in at
            the submission port, with TLS where the server offers it, and runs until Ctrl-C, or QUIT typed on a line. Several may run at once. What comes
            while none runs is refused (SEND) or goes to the mailbox (SOML, SAML). 'account set --terminal off' refuses it altogether.
            """) { address, server, stdin, trust };
        verb.SetAction(async (line, cancellation) =>
        {
            var settings = GlobalOptions.Settings(line);
            var where = line.GetValue(server) is { } text ? Parse(text) : Local(settings);
            var known = Known(settings, GlobalOptions.DataDirectory(line), line.GetValue(trust));
            var password = Encoding.UTF8.GetBytes(PasswordInput.Existing(line.GetValue(stdin)));
            using var credentials = new SaslCredentials(line.GetRequiredValue(address), password);
            CryptographicOperations.ZeroMemory(password);

            var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            await using var dialogue = await SmtpDialogue.ConnectAsync(where.Host, where.Port, cancellation);
            var client = await TerminalClient.AttachAsync(dialogue, where, credentials, certificate => known.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256)), cancellation);
            _ = Task.Run(() => WaitForQuit(stop), cancellation);
            await client.RunAsync(stop.Task, cancellation);
            return ExitStatus.Done;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true; // QUIT is said first
                stop.TrySetResult();
            }
        });
        return verb;
    }

    // The end of standard input is no reason to end: it may have held the password only.
    private static void WaitForQuit(TaskCompletionSource stop)
    {
        while (Console.In.ReadLine() is { } typed)
        {
            if (typed.Trim().Equals("QUIT", StringComparison.OrdinalIgnoreCase)) stop.TrySetResult();
        }
    }

    private static TerminalServer Parse(string text)
    {
        if (IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port != 0) return new TerminalServer(endPoint.Address.ToString(), endPoint.Port, IPAddress.IsLoopback(endPoint.Address));
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? (text, SubmissionPort) : (text[..colon], int.TryParse(text.AsSpan(colon + 1), out var number) && number is > 0 and < 65_536 ? number : 0);
        if (port == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown) throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not HOST:PORT", ExitStatus.WrongUsage);
        return new TerminalServer(host, port, host == "localhost");
    }

    private static TerminalServer Local(Settings settings)
    {
        if (settings.Get(ListenerSettings.Submission.EndPoints) is not [var endPoint, ..] || endPoint.Port == 0)
        {
            throw new CommandFailure($"there is no submission listener of a known port here ({ListenerSettings.Submission.EndPoints.Key}); name one with --server HOST:PORT");
        }

        var address = endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : endPoint.Address;
        return new TerminalServer(address.ToString(), endPoint.Port, IsThisMachine: true);
    }

    private static HashSet<string> Known(Settings settings, string dataDirectory, FileInfo? trusted)
    {
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var files = CertificateStore.Files(settings, dataDirectory).Select(pair => pair.Certificate).Where(File.Exists).ToList();
        if (trusted is not null) files.Add(trusted.FullName);
        foreach (var file in files)
        {
            try
            {
                var certificates = new X509Certificate2Collection();
                certificates.ImportFromPemFile(file);
                known.UnionWith(certificates.Select(certificate => certificate.GetCertHashString(HashAlgorithmName.SHA256)));
            }
            catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // A user of the machine may not read the server's files; then an authority has to vouch for it.
                if (file == trusted?.FullName) throw new CommandFailure($"{file} holds no certificate in PEM form that can be read");
            }
        }

        return known;
    }
}
