using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Merpati.Wire.Tls;

/// <summary>
/// The channel binding tls-exporter (RFC 9266). .NET has no call for the exporter (RFC 5705), so OpenSSL is asked for it, about the connection
/// that .NET holds. Where anything is not as expected (another system, another OpenSSL, another .NET) there is none, and clients bind to the
/// certificate instead. This is the only unsafe code here.
/// </summary>
internal static unsafe partial class TlsExporter
{
    private const int Length = 32; // octets: RFC 9266 §2
    private const int Tls12 = 0x0303;
    private const int Tls13 = 0x0304;
    private const int AskExtendedMasterSecret = 122; // SSL_CTRL_GET_EXTMS_SUPPORT
    private const int OnlyIfLoaded = 0x4 | 0x1; // RTLD_NOLOAD | RTLD_LAZY
    private const string Library = "libssl.so.3";

    // SSL_version(ssl), SSL_ctrl(ssl, command, number, pointer), SSL_export_keying_material(ssl, out, its length, label, its length, context, its length, with context)
    private static readonly delegate* unmanaged<nint, int> Version;
    private static readonly delegate* unmanaged<nint, int, nint, nint, nint> Control;
    private static readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte*, nuint, int, int> Export;

    private static readonly FieldInfo? Context = typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);

    static TlsExporter()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            // The connection belongs to the OpenSSL that .NET has chosen. It is that one or none: another would read its memory wrongly.
            if (SafeEvpPKeyHandle.OpenSslVersion >> 28 != 3) return;
            var library = Open(Library, OnlyIfLoaded);
            if (library == 0) return;
            if (!NativeLibrary.TryGetExport(library, "SSL_version", out var version)) return;
            if (!NativeLibrary.TryGetExport(library, "SSL_ctrl", out var control)) return;
            if (!NativeLibrary.TryGetExport(library, "SSL_export_keying_material", out var export)) return;
            Version = (delegate* unmanaged<nint, int>)version;
            Control = (delegate* unmanaged<nint, int, nint, nint, nint>)control;
            Export = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, byte*, nuint, int, int>)export;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or PlatformNotSupportedException)
        {
            // Then there is none.
        }
    }

    private static ReadOnlySpan<byte> Label => "EXPORTER-Channel-Binding"u8;

    /// <summary>The octets for the connection of <paramref name="stream"/>, whose handshake is done; empty when they cannot be had.</summary>
    public static byte[] ChannelBinding(SslStream stream)
    {
        if (Export is null || Context?.GetValue(stream) is not SafeHandle { IsInvalid: false, IsClosed: false } handle) return [];
        if (handle.GetType().Name != "SafeSslHandle") return [];
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            return IsAsExpected(handle.DangerousGetHandle(), stream.SslProtocol) ? Ask(handle.DangerousGetHandle()) : [];
        }
        catch (ObjectDisposedException)
        {
            return [];
        }
        finally
        {
            if (held) handle.DangerousRelease();
        }
    }

    // RFC 9266 §4.2: below TLS 1.3 it binds only with the extended master secret (RFC 7627).
    private static bool IsAsExpected(nint connection, SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => Version(connection) == Tls13,
        SslProtocols.Tls12 => Version(connection) == Tls12 && Control(connection, AskExtendedMasterSecret, 0, 0) == 1,
        _ => false,
    };

    // RFC 9266 §2: the context is given, and empty. In TLS 1.2 that is not the same as none (RFC 5705 §4).
    private static byte[] Ask(nint connection)
    {
        var octets = new byte[Length];
        byte nothing = 0;
        fixed (byte* output = octets, label = Label)
        {
            return Export(connection, output, Length, label, (nuint)Label.Length, &nothing, 0, 1) == 1 ? octets : [];
        }
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
