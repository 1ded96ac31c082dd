using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Host.Cli.Dialogues;
using Merpati.Host.Configuration;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;

namespace Merpati.Host.Cli.Sending;

/// <summary>The options that say where a message is handed in, and how.</summary>
internal sealed class ServerOptions
{
    private const int SmtpPort = 25;
    private const int LmtpPort = 24;
    private const int SubmissionPort = 587; // RFC 6409 §3.1
    private const int SubmissionsPort = 465; // RFC 8314 §3.3
    private const int OwnSubmissionsPort = 2465;

    private readonly Option<string?> _server = new("--server")
    {
        Description = "Where it is handed in. Default: this machine's own server, as its configuration says (127.0.0.1:2525; 127.0.0.1:2587 with --user). Default port: 25, 587 with --user, 465 with --tls implicit.",
        HelpName = "HOST[:PORT]",
    };

    private readonly Option<string?> _tls = new("--tls")
    {
        Description = "none; try: TLS where it is offered, with any certificate; require: TLS with any certificate; verify: TLS with a certificate that is valid for HOST; implicit: that, from the first octet on. "
            + "Default: implicit at ports 465 and 2465, none on this machine, else verify with --user and try without.",
        HelpName = "none|try|require|verify|implicit",
    };

    private readonly Option<bool> _anyCertificate = new("--any-certificate") { Description = "With --tls implicit: take any certificate." };
    private readonly Option<string?> _trust = new("--trust") { Description = "Certificates (PEM) that are believed in place of the machine's authorities, as that of a server that made its own.", HelpName = "FILE" };
    private readonly Option<string?> _user = new("--user") { Description = "Log in, by the strongest way that the server offers.", HelpName = "NAME" };
    private readonly Option<bool> _stdin = new("--password-stdin") { Description = "Read the password from the first line of standard input (the text may follow); otherwise it is asked for." };
    private readonly Option<string?> _helo = new("--helo") { Description = "The name that we give ourselves. Default: this machine's.", HelpName = "NAME" };
    private readonly Option<bool> _lmtp = new("--lmtp") { Description = "Speak LMTP: the server answers for each recipient." };
    private readonly Option<bool> _transcript = new("--transcript") { Description = "Print the dialogue on standard error, C: the client, S: the server; secrets are hidden." };

    public ServerOptions() => _tls.AcceptOnlyFromAmong("none", "try", "require", "verify", "implicit");

    /// <summary>Puts the options under a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _server, _tls, _anyCertificate, _trust, _user, _stdin, _helo, _lmtp, _transcript }) verb.Add(option);
        verb.Validators.Add(line =>
        {
            if (line.GetValue(_stdin) && line.GetValue(_user) is null) line.AddError("--password-stdin goes with --user NAME");
            if (line.GetValue(_anyCertificate) && line.GetValue(_trust) is not null) line.AddError("--any-certificate and --trust cannot both be meant");
            if (line.GetValue(_anyCertificate) && line.GetValue(_tls) is "verify" or "none") line.AddError($"--any-certificate and --tls {line.GetValue(_tls)} cannot both be meant");
        });
    }

    public string? User(ParseResult line) => line.GetValue(_user);

    public bool IsPasswordOnInput(ParseResult line) => line.GetValue(_stdin);

    /// <summary>Who is told the dialogue; null for nobody.</summary>
    public ISmtpTranscript? Transcript(ParseResult line) => line.GetValue(_transcript) ? DialogueScreen.OnStandardError() : null;

    /// <summary>What we call ourselves; null for the address that the connection comes from (RFC 5321 §4.1.4).</summary>
    public string? HostName(ParseResult line, Settings settings)
    {
        if (line.GetValue(_helo) is not { } named) return settings.HostName.Contains('.', StringComparison.Ordinal) ? settings.HostName : null;
        return Domain.TryParse(named, out var name)
            ? name.Name
            : throw new CommandFailure($"--helo \"{ControlText.Escape(named)}\" is neither a domain nor an address in brackets, as in [192.0.2.1]", ExitStatus.WrongUsage);
    }

    /// <summary>The server that a command line means.</summary>
    public SendServer Server(ParseResult line, Settings settings)
    {
        var (tls, logsIn) = (line.GetValue(_tls), line.GetValue(_user) is not null);
        var defaultPort = line.GetValue(_lmtp) ? LmtpPort : tls == "implicit" ? SubmissionsPort : logsIn ? SubmissionPort : SmtpPort;
        var server = line.GetValue(_server) is { } text ? SendServer.Parse(text, defaultPort) : SendServer.Own(settings, logsIn);
        var isImplicit = tls == "implicit" || (tls is null && server.Port is SubmissionsPort or OwnSubmissionsPort);
        var authorities = line.GetValue(_trust) is { } file ? Read(file) : null;
        server = server with
        {
            IsImplicitTls = isImplicit,
            IsLmtp = line.GetValue(_lmtp),
            Authorities = authorities,
            Tls = tls switch
            {
                "none" => SmtpTlsUse.None,
                "try" => SmtpTlsUse.Opportunistic,
                "require" => SmtpTlsUse.Required,
                "verify" => SmtpTlsUse.Verified,
                _ when isImplicit => line.GetValue(_anyCertificate) || (server.IsLoopback && authorities is null) ? SmtpTlsUse.Required : SmtpTlsUse.Verified,
                _ when authorities is not null => SmtpTlsUse.Verified,
                _ when server.IsLoopback => SmtpTlsUse.None,
                _ => logsIn && !line.GetValue(_anyCertificate) ? SmtpTlsUse.Verified : logsIn ? SmtpTlsUse.Required : SmtpTlsUse.Opportunistic,
            },
        };
        if (server.Tls == SmtpTlsUse.None && logsIn && !server.IsLoopback) Console.Error.WriteLine($"merpati: warning: without TLS the password and the mail can be read by whoever listens on the way to {server.Host}");
        return server;
    }

    private static X509Certificate2Collection Read(string file)
    {
        if (file.Length == 0) throw new CommandFailure("the path after --trust is empty", ExitStatus.WrongUsage);
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            if (certificates.Count > 0) return certificates;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Said below.
        }

        throw new CommandFailure($"{ControlText.Escape(file)} holds no certificate in PEM form that can be read");
    }
}
