using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Host.Cli.Talking;

/// <summary>The options of <c>talk</c>.</summary>
internal sealed class TalkOptions
{
    private const string Implicit = "implicit";
    private const string Later = "later";
    private const string Verify = "verify";

    private readonly Option<string[]> _tls = new("--tls")
    {
        Description = "implicit: TLS begins with the connection, as it does by itself on ports 465, 995, 2465 and 2995 (later: not even there). verify: a server whose certificate is not good is not talked to. Both: --tls implicit --tls verify.",
        HelpName = $"{Implicit}|{Later}|{Verify}",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _tlsName = new("--tls-name") { Description = "The name that the certificate must be for. Default: HOST.", HelpName = "NAME" };

    private readonly Option<FileInfo?> _trust = new("--trust") { Description = "A certificate (PEM) to trust, and what it vouches for, instead of the authorities of this machine.", HelpName = "FILE" };

    private readonly Option<string?> _save = new("--save") { Description = "Append the dialogue to a file, secrets hidden. A new file is for your eyes only.", HelpName = "FILE" };

    private readonly Option<string?> _explain = new("--explain") { Description = "Whether replies are explained. Default: on a terminal only.", HelpName = "on|off" };

    private readonly Option<bool> _transcript = new("--transcript") { Description = "Print both sides, as C: and S: lines, just as they are on the wire, secrets hidden. No line editor then." };

    public TalkOptions()
    {
        _tls.AcceptOnlyFromAmong(Implicit, Later, Verify);
        _explain.AcceptOnlyFromAmong("on", "off");
    }

    public void AddTo(Command verb)
    {
        verb.Add(_tls);
        verb.Add(_tlsName);
        verb.Add(_trust);
        verb.Add(_save);
        verb.Add(_transcript);
        verb.Add(_explain);
    }

    /// <summary>Whether TLS begins with the connection; null where the port tells.</summary>
    public bool? IsImplicitTls(ParseResult line) => Tls(line).Contains(Implicit) ? true : Tls(line).Contains(Later) ? false : null;

    /// <summary>The target with what the options say of its certificate.</summary>
    public TalkTarget Target(ParseResult line, TalkTarget target) => target with
    {
        MustVerify = Tls(line).Contains(Verify),
        TlsName = line.GetValue(_tlsName) ?? target.Host,
        Authorities = line.GetValue(_trust) is { } file ? Read(file) : null,
    };

    public string? File(ParseResult line) => line.GetValue(_save);

    public bool? Explains(ParseResult line) => line.GetValue(_explain) is { } word ? word == "on" : null;

    public bool IsTranscript(ParseResult line) => line.GetValue(_transcript);

    private string[] Tls(ParseResult line) => line.GetValue(_tls) ?? [];

    private static X509Certificate2Collection Read(FileInfo file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file.FullName);
            if (certificates.Count > 0) return certificates;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // told below
        }

        throw new CommandFailure($"{file} holds no certificate in PEM form that can be read");
    }
}
