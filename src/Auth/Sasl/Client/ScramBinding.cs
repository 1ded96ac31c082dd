namespace Merpati.Auth.Sasl.Client;

/// <summary>What a SCRAM client says of channel binding (RFC 5802 §6).</summary>
internal enum ScramBinding
{
    /// <summary>It cannot bind: <c>n</c>.</summary>
    None,

    /// <summary>It could, and the server has not offered it: <c>y</c>.</summary>
    Unoffered,

    /// <summary>It binds: <c>p=</c>.</summary>
    Bound,
}
