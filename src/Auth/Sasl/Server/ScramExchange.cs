using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>
/// SCRAM with and without channel binding (RFC 5802, RFC 7677). The server's signature goes out as a challenge, which the client answers
/// with nothing: no mail protocol can send octets with its success (RFC 4954 §4, RFC 5034 §4).
/// </summary>
internal sealed class ScramExchange(ScramHash hash, bool plus, SaslServices services, SaslContext context) : SaslExchange
{
    private Phase _phase;
    private ScramClientFirst? _first;
    private ScramKeys? _keys;
    private Credentials? _credentials;
    private byte[] _nonce = [];
    private byte[] _serverFirst = [];

    private enum Phase
    {
        First,
        AskedFirst,
        Final,
        Acknowledgement,
    }

    protected override ValueTask<SaslStep> TakeAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (response is not { } message)
        {
            if (_phase != Phase.First) return new(Malformed);
            _phase = Phase.AskedFirst;
            return new(EmptyChallenge);
        }

        return _phase switch
        {
            Phase.Final => TakeFinalAsync(message, cancellation),
            Phase.Acknowledgement => new(message.IsEmpty ? new SaslStep(SaslStatus.Granted, default, _credentials!.Identity) : Malformed),
            _ => TakeFirstAsync(message, cancellation),
        };
    }

    protected override void Erase() => _keys?.Erase();

    private async ValueTask<SaslStep> TakeFirstAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        if (ScramClientFirst.Parse(message.Span) is not { } first) return Malformed;
        if (!IsBindingAcceptable(first)) return Refused;
        _credentials = await services.Gate.FindAsync(first.UserName, cancellation);
        _keys = ScramKeys.Of(hash, services, first.UserName, _credentials);
        _first = first;
        _nonce = [.. first.Nonce, .. Encoding.ASCII.GetBytes(services.Options.NewNonce())];
        _serverFirst = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"r={Encoding.ASCII.GetString(_nonce)},s={Convert.ToBase64String(_keys.Salt)},i={_keys.Iterations}"));
        _phase = Phase.Final;
        return new SaslStep(SaslStatus.Challenge, _serverFirst);
    }

    // RFC 5802 §6: a client that could bind and believes that we cannot has been shown another list than ours.
    private bool IsBindingAcceptable(ScramClientFirst first) => first.BindingFlag switch
    {
        'p' => plus && !ChannelBindings.Find(context.Channel, first.BindingName).IsEmpty,
        'y' => !plus && !context.CanBind,
        _ => !plus,
    };

    private async ValueTask<SaslStep> TakeFinalAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        if (!TrySplit(message.Span, out var binding, out var nonce, out var proof)) return Malformed;
        var first = _first!;
        var withoutProof = message[..message.Span.LastIndexOf(",p="u8)];
        byte[] authMessage = [.. first.Bare, (byte)',', .. _serverFirst, (byte)',', .. withoutProof.Span];
        var clientKey = hash.Mask(proof, _keys!.StoredKey, authMessage);
        // All is computed before anything is judged: what was wrong cannot be told from the time it took.
        var isProved = CryptographicOperations.FixedTimeEquals(hash.Hash(clientKey), _keys.StoredKey);
        var isBound = CryptographicOperations.FixedTimeEquals(binding, ExpectedBinding(first));
        var isFresh = CryptographicOperations.FixedTimeEquals(nonce, _nonce);
        var signature = hash.Mac(_keys.ServerKey, authMessage);
        CryptographicOperations.ZeroMemory(clientKey);

        var isGranted = isProved & isBound & isFresh
            && _credentials is { Disabled: false, Identity: var identity } && HasKeys(_credentials)
            && SaslName.IsOwn(first.AuthorizationId, first.UserName, identity);
        var attempt = new LoginAttempt(context.Address, first.UserName) { Account = _credentials?.Identity };
        var status = await services.Gate.SettleAsync(attempt, isGranted, cancellation);
        if (status != SaslStatus.Granted) return new SaslStep(status);
        _phase = Phase.Acknowledgement;
        return new SaslStep(SaslStatus.Challenge, Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(signature)));
    }

    private bool HasKeys(Credentials credentials) =>
        ReferenceEquals(hash, ScramHash.Sha1) ? credentials.SealedSecret is not null : credentials.Verifier is not null;

    // RFC 5802 §7: cbind-input = gs2-header [ cbind-data ].
    private byte[] ExpectedBinding(ScramClientFirst first) =>
        first.BindingFlag == 'p' ? [.. first.Header, .. ChannelBindings.Find(context.Channel, first.BindingName).Span] : first.Header;

    // client-final-message = channel-binding "," nonce ["," extensions] "," proof
    private bool TrySplit(ReadOnlySpan<byte> message, out byte[] binding, out byte[] nonce, out byte[] proof)
    {
        (binding, nonce, proof) = ([], [], []);
        var attributes = new ScramAttributes(message);
        if (!attributes.TryRead('c', out var binding64) || !ScramAttributes.TryDecode(binding64, 2048, out binding)) return false;
        if (!attributes.TryRead('r', out var nonceText) || !ScramAttributes.IsNonce(nonceText)) return false;
        nonce = nonceText.ToArray();
        while (attributes.TryRead(out var name, out var value))
        {
            if (name == (byte)'m') return false;
            if (name == (byte)'p') return attributes.IsOver && ScramAttributes.TryDecode(value, hash.Length, out proof) && proof.Length == hash.Length;
        }

        return false;
    }
}
