using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Passwords;

namespace Merpati.Auth.Sasl.Client;

/// <summary>SCRAM (RFC 5802, RFC 7677), client side. A server that does not prove that it knows the password is not believed.</summary>
internal sealed class ScramClient : ISaslClientExchange
{
    private const int MaxSalt = 1024;

    private readonly ScramHash _hash;
    private readonly SaslCredentials _credentials;
    private readonly byte[] _header;
    private readonly byte[] _bindingOctets;
    private readonly byte[] _bare;
    private readonly byte[] _nonce;
    private byte[] _signature = [];
    private Phase _phase;

    public ScramClient(ScramHash hash, ScramBinding binding, SaslCredentials credentials, SaslClientContext context)
    {
        _hash = hash;
        _credentials = credentials;
        Mechanism = binding == ScramBinding.Bound ? hash.Mechanism + "-PLUS" : hash.Mechanism;
        var exporter = context.Channel is { Exporter.IsEmpty: false };
        var flag = binding switch
        {
            ScramBinding.Bound => "p=" + (exporter ? ChannelBindings.Exporter : ChannelBindings.ServerEndPoint),
            ScramBinding.Unoffered => "y",
            _ => "n",
        };
        var authorization = credentials.AuthorizationId is { Length: > 0 } identity ? "a=" + ScramAttributes.Escape(identity) : "";
        _header = Encoding.UTF8.GetBytes($"{flag},{authorization},");
        _bindingOctets = binding != ScramBinding.Bound ? [] : (exporter ? context.Channel!.Exporter : context.Channel!.ServerEndPoint).ToArray();
        var nonce = context.NewNonce();
        _nonce = Encoding.ASCII.GetBytes(nonce);
        _bare = Encoding.UTF8.GetBytes($"n={ScramAttributes.Escape(PreparedName(credentials.Name))},r={nonce}");
    }

    private enum Phase
    {
        Unbegun,
        First,
        Final,
        Proved,
        Over,
    }

    public string Mechanism { get; }

    public ReadOnlyMemory<byte>? Start()
    {
        if (_phase != Phase.Unbegun) throw new InvalidOperationException("an exchange is started once");
        _phase = Phase.First;
        return (byte[])[.. _header, .. _bare];
    }

    public SaslClientStep Next(ReadOnlyMemory<byte> challenge)
    {
        var phase = _phase;
        _phase = Phase.Over;
        return phase switch
        {
            Phase.First => Prove(challenge.Span),
            Phase.Final when IsGenuine(challenge.Span) => Acknowledge(),
            _ => default,
        };
    }

    public bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default)
    {
        var phase = _phase;
        _phase = Phase.Over;
        return phase switch
        {
            Phase.Proved => octets.IsEmpty,
            Phase.Final => IsGenuine(octets.Span),
            _ => false,
        };
    }

    public void Dispose()
    {
        _phase = Phase.Over;
        CryptographicOperations.ZeroMemory(_signature);
    }

    private static string PreparedName(string name) =>
        SaslPrep.TryPrepare(Encoding.UTF8.GetBytes(name), out var prepared) ? Encoding.UTF8.GetString(prepared) : name;

    private SaslClientStep Acknowledge()
    {
        _phase = Phase.Proved;
        return new SaslClientStep(true);
    }

    private SaslClientStep Prove(ReadOnlySpan<byte> serverFirst)
    {
        if (!TryRead(serverFirst, out var nonce, out var salt, out var iterations)) return default;
        byte[] withoutProof = [.. "c="u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String([.. _header, .. _bindingOctets])), .. ",r="u8, .. nonce];
        byte[] authMessage = [.. _bare, (byte)',', .. serverFirst, (byte)',', .. withoutProof];
        var salted = _credentials.Salt(_hash, salt, iterations);
        var clientKey = _hash.ClientKey(salted);
        var proof = _hash.Mask(clientKey, _hash.Hash(clientKey), authMessage);
        _signature = _hash.Mac(_hash.ServerKey(salted), authMessage);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        _phase = Phase.Final;
        return new SaslClientStep(true, (byte[])[.. withoutProof, .. ",p="u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(proof))]);
    }

    // server-first-message = nonce "," salt "," iteration-count ["," extensions]
    private bool TryRead(ReadOnlySpan<byte> message, out byte[] nonce, out byte[] salt, out int iterations)
    {
        (nonce, salt, iterations) = ([], [], 0);
        var attributes = new ScramAttributes(message);
        // RFC 5802 §5.1: the server's nonce begins with ours and adds its own.
        if (!attributes.TryRead('r', out var whole) || !ScramAttributes.IsNonce(whole) || whole.Length <= _nonce.Length || !whole.StartsWith(_nonce)) return false;
        if (!attributes.TryRead('s', out var salt64) || !ScramAttributes.TryDecode(salt64, MaxSalt, out salt) || salt.Length == 0) return false;
        if (!attributes.TryRead('i', out var count) || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out iterations)) return false;
        nonce = whole.ToArray();
        // Too few would make the proof a gift to whoever plays the server (RFC 7677 §4), too many would keep us busy.
        return iterations is >= PasswordVerifier.MinIterations and <= PasswordVerifier.MaxIterations && attributes.SkipExtensions();
    }

    // server-final-message = (server-error / verifier) ["," extensions]
    private bool IsGenuine(ReadOnlySpan<byte> message)
    {
        var attributes = new ScramAttributes(message);
        return attributes.TryRead('v', out var value)
            && ScramAttributes.TryDecode(value, _hash.Length, out var signature)
            && CryptographicOperations.FixedTimeEquals(signature, _signature)
            && attributes.SkipExtensions();
    }
}
