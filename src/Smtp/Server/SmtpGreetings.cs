using System.Collections.Concurrent;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>The replies that name the host: the banner and what answers HELO and EHLO. None carries an enhanced code (RFC 2034 §4).</summary>
internal sealed class SmtpGreetings
{
    private readonly string _hostName;
    private readonly SmtpExtension[] _extensions;
    private readonly ConcurrentDictionary<ulong, SmtpReply> _ehlo = new(); // by the set of extensions: there are few that occur

    /// <summary>The greetings of a host.</summary>
    public SmtpGreetings(SmtpServiceOptions options)
    {
        _hostName = options.HostName;
        _extensions = [.. SmtpExtension.Of(options)];
        if (_extensions.Length > 64) throw new InvalidOperationException("more extensions than bits");
        Banner = SmtpReply.Create(220, null, $"{options.HostName} ESMTP Merpati");
        Helo = SmtpReply.Create(250, null, options.HostName);
    }

    /// <summary>What is said first.</summary>
    public SmtpReply Banner { get; }

    /// <summary>The answer to HELO.</summary>
    public SmtpReply Helo { get; }

    /// <summary>The answer to EHLO: exactly the extensions that this session may use now (RFC 5321 §4.1.1.1).</summary>
    public SmtpReply Ehlo(SmtpSession session)
    {
        ulong usable = 0;
        for (var i = 0; i < _extensions.Length; i++)
        {
            if (_extensions[i].When?.Invoke(session) ?? true) usable |= 1ul << i;
        }

        return _ehlo.TryGetValue(usable, out var reply) ? reply : _ehlo.GetOrAdd(usable, Compose);
    }

    private SmtpReply Compose(ulong usable)
    {
        string[] lines = [_hostName, .. _extensions.Where((_, i) => (usable & (1ul << i)) != 0).Select(extension => extension.Text)];
        return SmtpReply.Create(250, null, lines);
    }
}
