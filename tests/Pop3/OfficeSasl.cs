using System.Text;
using Merpati.Auth;
using Merpati.Auth.Sasl;

namespace Merpati.Pop3.Tests;

/// <summary>
/// The mechanisms of a post office: PLAIN where plain passwords are taken, and STEPS, which says who one is in its second message and has something to say
/// with its success, as SCRAM does.
/// </summary>
internal sealed class OfficeSasl(PostOffice office) : ISaslServer
{
    /// <summary>Exchanges started and not disposed.</summary>
    public int Open { get; private set; }

    public SaslContext? LastContext { get; private set; }

    /// <summary>A post office with these mechanisms.</summary>
    public static PostOffice NewOffice()
    {
        var office = new PostOffice();
        office.Sasl = new OfficeSasl(office);
        return office;
    }

    public static string Plain(string name, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0{password}"));

    public IReadOnlyList<string> Mechanisms(SaslContext context) => context.TakesPlainPasswords ? ["STEPS", "PLAIN"] : ["STEPS"];

    public ISaslExchange? Start(string mechanism, SaslContext context)
    {
        LastContext = context;
        if (!Mechanisms(context).Contains(mechanism)) return null;
        Open++;
        return new Exchange(this, mechanism == "PLAIN");
    }

    private async ValueTask<SaslStep> CheckAsync(string name, string password, byte[] withSuccess, CancellationToken cancellation)
    {
        switch (await office.JudgeAsync(name, cancellation))
        {
            case LoginVerdict.Unavailable: return new(SaslStatus.Unavailable);
            case LoginVerdict.Throttled: return new(SaslStatus.Throttled);
            default: return office.Find(name, password) is { } identity ? new(SaslStatus.Granted, withSuccess, identity) : new(SaslStatus.Refused);
        }
    }

    private sealed class Exchange(OfficeSasl owner, bool isPlain) : ISaslExchange
    {
        private int _asked;
        private bool _disposed;

        public async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (response is not { } octets) return new(SaslStatus.Challenge);
            var said = Encoding.UTF8.GetString(octets.Span);
            if (!isPlain && _asked++ == 0) return said.Length > 0 ? new(SaslStatus.Challenge, "server-first"u8.ToArray()) : new(SaslStatus.Malformed);
            var parts = said.Split('\0');
            if (parts.Length != 3) return new(SaslStatus.Malformed);
            return await owner.CheckAsync(parts[1], parts[2], isPlain ? [] : "v=proof"u8.ToArray(), cancellation);
        }

        public void Dispose()
        {
            Assert.False(_disposed);
            _disposed = true;
            owner.Open--;
        }
    }
}
