using Merpati.Auth.Sasl;

namespace Merpati.Smtp.Server;

/// <summary>Which mechanisms a session is offered (RFC 4954 §3).</summary>
internal static class SmtpAuthentication
{
    /// <summary>What the mechanisms are to know of the session.</summary>
    public static SaslContext ContextOf(SmtpSession session) => new()
    {
        Service = "smtp",
        HostName = session.Service.Options.HostName,
        Address = session.Facts.ClientAddress,
        TakesPlainPasswords = SubmissionRules.IsConfidential(session),
        Channel = session.Tls is { } tls ? new SecureChannel(tls.ServerEndPoint, tls.Exporter, tls.ClientCertificate) : null,
    };

    /// <summary>The mechanisms that EHLO lists, strongest first; empty when AUTH cannot be used now.</summary>
    public static IReadOnlyList<string> Offer(SmtpSession session)
    {
        if (session.Service.Partners.Sasl is not { } sasl || session.Facts.IsAuthenticated || SubmissionRules.NeedsTls(session)) return [];
        return sasl.Mechanisms(ContextOf(session));
    }

    /// <summary>Starts an exchange, or says why not.</summary>
    public static SmtpRejection? Start(SmtpSession session, string mechanism, out ISaslExchange? exchange)
    {
        var sasl = session.Service.Partners.Sasl!;
        var context = ContextOf(session);
        exchange = sasl.Start(mechanism, context);
        if (exchange is not null) return null;
        if (context.TakesPlainPasswords) return SmtpRejection.UnknownMechanism;

        // RFC 4954 §6: it would be taken on a connection that nobody can listen to.
        using var underTls = sasl.Start(mechanism, context with { TakesPlainPasswords = true });
        return underTls is null ? SmtpRejection.UnknownMechanism : SmtpRejection.MechanismNeedsTls;
    }
}
