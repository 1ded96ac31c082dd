namespace Merpati.Host.Configuration;

/// <summary>Where plain passwords are taken.</summary>
internal enum TlsRequirement
{
    /// <summary>On the loopback addresses only, as long as there is no TLS.</summary>
    ExceptLoopback,

    /// <summary>Nowhere without TLS.</summary>
    Always,

    /// <summary>Everywhere.</summary>
    Never,
}
