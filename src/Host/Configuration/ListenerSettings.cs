namespace Merpati.Host.Configuration;

/// <summary>The keys about where the system listens and with which certificate.</summary>
internal static class ListenerSettings
{
    public static readonly ListenerSetting Smtp = Listener("smtp", "127.0.0.1:2525", "Where mail is received by SMTP, from other hosts too (port 25).");

    public static readonly ListenerSetting Submission = Listener("submission", "127.0.0.1:2587",
        "Where our users hand in mail, with STARTTLS (port 587). Who sends has to authenticate (RFC 6409).");

    public static readonly ListenerSetting Submissions = Listener("submissions", "127.0.0.1:2465",
        "Where our users hand in mail over TLS from the first octet on (port 465).");

    public static readonly ListenerSetting Pop3 = Listener("pop3", "127.0.0.1:2110", "Where mail is read by POP3, with STLS (port 110).");

    public static readonly ListenerSetting Pop3s = Listener("pop3s", "127.0.0.1:2995", "Where mail is read by POP3 over TLS from the first octet on (port 995).");

    public static readonly ListenerSetting Progin = Listener("progin", "127.0.0.1:2109", "Where mail is sent and read by Progin, the course protocol of `docs/progin.md`, which has no TLS.");

    public static readonly Setting.Of<IReadOnlyList<string>> TlsCertificate = Setting.Paths("Tls:Certificate",
        "PEM files with a certificate and its chain each; a client gets the one for the name that it asks for, else the first. Relative to the data directory. When empty, a self-signed one is made in `tls/` of the data directory. Changed files are taken up without a restart.");

    public static readonly Setting.Of<IReadOnlyList<string>> TlsKey = Setting.Paths("Tls:Key",
        "PEM files with the private keys, in the order of `Tls:Certificate`. When empty, each key is looked for in the certificate's own file.");

    public static readonly Setting.Of<IReadOnlyList<string>> TlsClientAuthorities = Setting.Paths("Tls:ClientAuthorities",
        "PEM files with the authorities whose client certificates are believed; with them a client may log in by its certificate (AUTH EXTERNAL). When empty, none is asked for.");

    /// <summary>The listeners.</summary>
    public static readonly IReadOnlyList<ListenerSetting> Listeners = [Smtp, Submission, Submissions, Pop3, Pop3s, Progin];

    /// <summary>Those where TLS begins with the first octet.</summary>
    public static readonly IReadOnlyList<ListenerSetting> WithImplicitTls = [Submissions, Pop3s];

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Smtp.EndPoints, Submission.EndPoints, Submissions.EndPoints, Pop3.EndPoints, Pop3s.EndPoints, Progin.EndPoints,
        Smtp.ProxyFrom, Submission.ProxyFrom, Submissions.ProxyFrom, Pop3.ProxyFrom, Pop3s.ProxyFrom, Progin.ProxyFrom, TlsCertificate, TlsKey, TlsClientAuthorities,
    ];

    private static ListenerSetting Listener(string name, string endPoint, string purpose) => new(
        name, Setting.EndPoints($"Listeners:{name}:Endpoint", endPoint, purpose),
        Setting.Networks($"Listeners:{name}:ProxyFrom",
            $"Networks of proxies before the `{name}` listener: a connection from there must begin with a PROXY header, version 1 or 2, which says where the client is. From elsewhere such a header is refused."));
}
