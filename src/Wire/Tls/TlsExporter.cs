using System.Net.Security;

namespace Merpati.Wire.Tls;

internal static class TlsExporter
{
    public static byte[] ChannelBinding(SslStream stream) => [];
}
