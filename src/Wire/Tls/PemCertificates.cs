using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace Merpati.Wire.Tls;

/// <summary>
/// Certificates in PEM files, looked at every few seconds: what has changed takes over when it has been read whole and its key fits, and
/// what is broken is logged while the old one goes on. Connections that exist keep what they have. Safe for concurrent callers.
/// </summary>
public sealed partial class PemCertificates : IServerCertificates, IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Watched[] _files;
    private volatile ServerCertificate[] _current;

    /// <summary>
    /// Reads all of <paramref name="files"/>, of which there must be one at least; the first is the default.
    /// Throws <see cref="CertificateException"/> when one cannot be used.
    /// </summary>
    public PemCertificates(IReadOnlyList<CertificateFiles> files, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        if (files.Count == 0) throw new CertificateException("no certificate is given");
        _logger = logger;
        _files = [.. files.Select(pair => new Watched(pair))];
        _current = [.. _files.Select(watched => ServerCertificate.Read(watched.Files))];
        _timer = time.CreateTimer(static state => ((PemCertificates)state!).Refresh(), this, LookInterval, LookInterval);
    }

    /// <summary>The certificates in use, the default one first.</summary>
    public IReadOnlyList<ServerCertificate> Current => _current;

    /// <inheritdoc/>
    public SslStreamCertificateContext Find(string? serverName)
    {
        var current = _current;
        if (serverName is null) return current[0].Context;
        var host = serverName.ToLowerInvariant();
        return (Array.Find(current, certificate => certificate.IsFor(host)) ?? current[0]).Context;
    }

    /// <summary>Looks at the files at once. False when one that has changed could not take over.</summary>
    public bool Refresh()
    {
        lock (_gate)
        {
            var whole = true;
            for (var i = 0; i < _files.Length; i++)
            {
                if (_files[i].HasChanged()) whole &= Replace(i);
            }

            return whole;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private bool Replace(int index)
    {
        try
        {
            var fresh = ServerCertificate.Read(_files[index].Files);
            ServerCertificate[] next = [.. _current];
            next[index] = fresh;
            _current = next;
            Reloaded(fresh.Files.Certificate, fresh.NotAfter);
            return true;
        }
        catch (CertificateException broken)
        {
            NotReloaded(broken.Message);
            return false;
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "the certificate in {File} has been read anew; it is valid until {NotAfter}")]
    private partial void Reloaded(string file, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "the new certificate is not used, the old one still is: {Reason}")]
    private partial void NotReloaded(string reason);

    // The stamp is taken before the file is read: what is written meanwhile is seen the next time.
    private sealed class Watched(CertificateFiles files)
    {
        private (DateTime, long, DateTime, long) _seen = Stamp(files);

        public CertificateFiles Files => files;

        public bool HasChanged()
        {
            var now = Stamp(files);
            if (now == _seen) return false;
            _seen = now;
            return true;
        }

        private static (DateTime, long, DateTime, long) Stamp(CertificateFiles files)
        {
            var certificate = new FileInfo(files.Certificate);
            var key = new FileInfo(files.Key);
            return (certificate.LastWriteTimeUtc, certificate.Exists ? certificate.Length : -1, key.LastWriteTimeUtc, key.Exists ? key.Length : -1);
        }
    }
}
