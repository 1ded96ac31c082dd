using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Host.Cli.Demo;

/// <summary>
/// What a client says that is another thing at every run, because it answers a challenge: the digest of APOP (RFC 1939 §7) and the response of CRAM-MD5
/// (RFC 2195 §2). It is worked out from what the server has said and the password of the scene.
/// </summary>
internal sealed class LegacyAnswer
{
    private readonly DialogueScene _scene;
    private string _greeting = "";
    private string _lastReply = "";
    private string _lastCommand = "";

    public LegacyAnswer(DialogueScene scene) => _scene = scene;

    /// <summary>Takes note of a line of the server.</summary>
    public void Heard(string line)
    {
        if (_greeting.Length == 0) _greeting = line;
        _lastReply = line;
    }

    /// <summary>What the client says at a line of the script: that line, but for an answer to a challenge.</summary>
    public string Say(string line)
    {
        var (before, reply) = (_lastCommand, _lastReply);
        _lastCommand = line;
        if (line.Split(' ') is ["APOP", var name, _] && _greeting.IndexOf('<', StringComparison.Ordinal) is >= 0 and var at)
            return $"APOP {name} {Encoding.ASCII.GetString(ApopDigest.Compute(Encoding.ASCII.GetBytes(_greeting[at..]), PasswordOf(name)))}";
        if (before.Equals("AUTH CRAM-MD5", StringComparison.OrdinalIgnoreCase) && (reply.StartsWith("334 ", StringComparison.Ordinal) || reply.StartsWith("+ ", StringComparison.Ordinal)))
            return Respond(line, reply[(reply.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return line;
    }

    private string Respond(string line, string challenge)
    {
        var name = Encoding.UTF8.GetString(Convert.FromBase64String(line)).Split(' ')[0];
        using var credentials = new SaslCredentials(name, PasswordOf(name));
        using var exchange = SaslClient.Choose(["CRAM-MD5"], credentials, new SaslClientContext { Service = "smtp", HostName = "localhost", AllowLegacy = true });
        return Convert.ToBase64String(exchange!.Next(Convert.FromBase64String(challenge)).Octets.Span);
    }

    private byte[] PasswordOf(string name) => Encoding.UTF8.GetBytes(_scene.FindAccount(name)?.Password ?? "");
}
