using System.Globalization;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>The replies that name the host: the banner and what answers HELO and EHLO. None carries an enhanced code (RFC 2034 §4).</summary>
internal sealed class SmtpGreetings
{
    /// <summary>The greetings of a host.</summary>
    public SmtpGreetings(SmtpServiceOptions options)
    {
        Banner = SmtpReply.Create(220, null, $"{options.HostName} ESMTP Merpati");
        Helo = SmtpReply.Create(250, null, options.HostName);
        Ehlo = SmtpReply.Create(
            250, null, options.HostName, "PIPELINING", string.Create(CultureInfo.InvariantCulture, $"SIZE {options.MaxMessageBytes}"),
            "8BITMIME", "ENHANCEDSTATUSCODES", "VRFY", "HELP");
    }

    /// <summary>What is said first.</summary>
    public SmtpReply Banner { get; }

    /// <summary>The answer to HELO.</summary>
    public SmtpReply Helo { get; }

    /// <summary>The answer to EHLO, with the extensions (RFC 5321 §4.1.1.1).</summary>
    public SmtpReply Ehlo { get; }
}
