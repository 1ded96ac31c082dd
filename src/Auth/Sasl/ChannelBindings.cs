namespace Merpati.Auth.Sasl;

/// <summary>The channel bindings of a TLS connection by their registered names.</summary>
internal static class ChannelBindings
{
    public const string Exporter = "tls-exporter"; // RFC 9266
    public const string ServerEndPoint = "tls-server-end-point"; // RFC 5929 §4

    public static bool Exist(SecureChannel? channel) => channel is not null && !(channel.Exporter.IsEmpty && channel.ServerEndPoint.IsEmpty);

    /// <summary>The binding of this name; empty when the connection has none. Names are compared as they are registered, in lower case.</summary>
    public static ReadOnlyMemory<byte> Find(SecureChannel? channel, ReadOnlySpan<byte> name)
    {
        if (channel is null) return default;
        if (name.SequenceEqual("tls-exporter"u8)) return channel.Exporter;
        return name.SequenceEqual("tls-server-end-point"u8) ? channel.ServerEndPoint : default;
    }
}
