using Merpati.Auth.Sasl;
using Merpati.Mail.Addresses;
using Merpati.Wire.Connections;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Client;

/// <summary>
/// An SMTP client (RFC 5321), or an LMTP client (RFC 2033), over one connection, which stays its caller's to dispose. What servers do is told by values, whatever
/// they do; what a server may make us hold is bounded. The order is: <see cref="GreetAsync"/>; where wanted <see cref="StartTlsAsync"/> and
/// <see cref="AuthenticateAsync"/>; <see cref="SendAsync"/> as often as <see cref="Standing"/> allows; <see cref="QuitAsync"/>. One call at a time. Cancelling a
/// call tears the connection down, and its answer says so: an exception would hide what the server has said before.
/// </summary>
public sealed class SmtpClient
{
    private readonly SmtpDialogue _dialogue;
    private readonly SmtpClientOptions _options;
    private bool _isAuthenticated;
    private bool _needsReset;
    private int _transactions;

    /// <summary>A client over <paramref name="connection"/>, on which nothing has been read.</summary>
    public SmtpClient(WireConnection connection, SmtpClientOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (!Domain.TryParse(options.HostName, out var name)) throw new ArgumentException($"no domain name: {options.HostName}", nameof(options));
        _options = options with { HostName = name.Name };
        _dialogue = new SmtpDialogue(connection, _options, time);
        connection.MaxLineLength = SmtpDialogue.MaxLineLength;
    }

    /// <summary>What the server offers, as it has said last.</summary>
    public SmtpCapabilities Capabilities { get; private set; } = SmtpCapabilities.None;

    /// <summary>The TLS that protects the connection; null when none does.</summary>
    public TlsSession? Tls => _dialogue.Connection.Tls;

    /// <summary>The version of TLS and the cipher suite; empty without TLS.</summary>
    public string TlsText => Tls is { } tls ? $"{tls.Protocol} {tls.CipherSuite}" : "";

    /// <summary>Whether more messages can be sent.</summary>
    public SmtpStanding Standing =>
        _dialogue.Ending is not null ? SmtpStanding.Closed : _transactions >= (Capabilities.MaxTransactions ?? int.MaxValue) ? SmtpStanding.Exhausted : SmtpStanding.Usable;

    /// <summary>What ended the connection; null while it lasts.</summary>
    public SmtpStep? Ending => _dialogue.Ending;

    /// <summary>Reads the greeting and says EHLO, or HELO where that is not known (RFC 5321 §3.1, §3.2). After a server that is not there for mail, say QUIT.</summary>
    public async Task<SmtpStep> GreetAsync(CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        var greeting = await _dialogue.ReadAsync(_options.Timeouts.Greeting, cancellation);
        if (!greeting.IsDone || _dialogue.Ending is not null) return greeting;
        return greeting.Reply!.Code == 220 ? await HelloAsync(cancellation) : _dialogue.EndUnexpected(greeting);
    }

    /// <summary>
    /// Goes over to TLS (RFC 3207) and says EHLO again: nothing that the server said before counts any more. <see cref="SmtpOutcome.Unsupported"/> where it is
    /// not offered, and where the server said no the connection goes on without; a handshake that comes to nothing ends it.
    /// </summary>
    public async Task<SmtpStep> StartTlsAsync(TlsClientOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Tls is not null) throw new InvalidOperationException("there is TLS already");
        if (!Capabilities.HasStartTls) return Unsupported("the server does not offer STARTTLS");
        await using var abort = _dialogue.AbortOn(cancellation);
        var step = await _dialogue.AskAsync("STARTTLS", _options.Timeouts.Command, cancellation);
        if (!step.IsDone || _dialogue.Ending is not null) return step;
        if (step.Reply!.Code != 220) return _dialogue.EndUnexpected(step);
        Capabilities = SmtpCapabilities.None;
        if (!await _dialogue.Connection.SecureAsync(options))
        {
            return cancellation.IsCancellationRequested
                ? _dialogue.End(SmtpOutcome.Cancelled, "cancelled") : _dialogue.End(SmtpOutcome.TlsFailed, _dialogue.Connection.TlsFailure ?? "no TLS");
        }

        return await HelloAsync(cancellation);
    }

    /// <summary>
    /// Logs in (RFC 4954) by the strongest mechanism that the server offers and <paramref name="login"/> allows. <see cref="SmtpOutcome.Unsupported"/> when there is none.
    /// </summary>
    public async Task<SmtpStep> AuthenticateAsync(SmtpLogin login, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(login);
        if (_isAuthenticated) throw new InvalidOperationException("logged in already"); // RFC 4954 §4: once
        await using var abort = _dialogue.AbortOn(cancellation);
        var channel = Tls is { } tls ? new SecureChannel(tls.ServerEndPoint, tls.Exporter, null) : null;
        var step = await new AuthDialogue(_dialogue, login, channel).RunAsync(Capabilities.Mechanisms, cancellation);
        _isAuthenticated = step.IsDone;
        return step;
    }

    /// <summary>
    /// Sends a message. What the server cannot take is not offered to it. The dialogue is tidied up before the next message, not after this one, so that
    /// nobody waits for it in vain. Throws what <see cref="IOutgoingText.ReadAsync"/> throws, and <see cref="InvalidDataException"/> when the text is not of its length.
    /// </summary>
    public async Task<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Recipients.Count == 0) throw new ArgumentException("no recipients", nameof(message));
        await using var abort = _dialogue.AbortOn(cancellation);
        if (_needsReset && MessageNeeds.Of(message).Judge(Capabilities, message.Text.Length) == SendOutcome.Offered) await ResetAsync(cancellation);
        var transaction = new MailTransaction(_dialogue, Capabilities, message);
        var outcome = await transaction.RunAsync(cancellation);
        if (transaction.HasBegun) _transactions++;
        _needsReset |= transaction.IsOpen;
        return new SendResult(outcome, transaction.Reports(), Standing, Ending);
    }

    /// <summary>Says RSET: the server forgets what was begun. Useful as a sign of life, too.</summary>
    public async Task<SmtpStep> ResetAsync(CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        var step = await _dialogue.AskAsync("RSET", _options.Timeouts.Command, cancellation);
        if (step.IsDone) _needsReset = false;
        else if (_dialogue.Ending is null) _dialogue.EndAfter(step); // RFC 5321 §4.1.1.5 knows no other answer than 250: where it stands nobody knows
        return step;
    }

    /// <summary>
    /// Says a command that stands by itself, such as VRFY or ETRN, and reads its reply. Throws <see cref="ArgumentException"/> when it holds a control character.
    /// </summary>
    public async Task<SmtpStep> AskAsync(string command, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        await using var abort = _dialogue.AbortOn(cancellation);
        return await _dialogue.AskAsync(command, _options.Timeouts.Command, cancellation);
    }

    /// <summary>
    /// Asks the server with ATRN or TURN to become the client. When it says yes, nothing more can be said here.
    /// </summary>
    internal async Task<SmtpStep> ReverseAsync(string command, CancellationToken cancellation)
    {
        var step = await AskAsync(command, cancellation);
        if (!step.IsDone || _dialogue.Ending is not null) return step;

        // RFC 2645 §5.2.1: the next to speak is us, with a greeting.
        if (step.Reply!.Code != 250 || _dialogue.HasWord) return _dialogue.EndUnexpected(step);
        _dialogue.Finish(step);
        return step;
    }

    /// <summary>Takes leave (RFC 5321 §4.1.1.10). The connection is closed after that for us, whatever the server says.</summary>
    public async Task QuitAsync(CancellationToken cancellation)
    {
        if (_dialogue.Ending is not null) return;
        await using var abort = _dialogue.AbortOn(cancellation);
        _dialogue.Finish(await _dialogue.AskAsync("QUIT", _options.Timeouts.Quit, cancellation));
    }

    private async Task<SmtpStep> HelloAsync(CancellationToken cancellation)
    {
        var step = await _dialogue.AskAsync($"{(_options.IsLmtp ? "LHLO" : "EHLO")} {_options.HostName}", _options.Timeouts.Command, cancellation);
        var knowsNoExtensions = _dialogue.Ending is null && step.Reply is { Code: 500 or 501 or 502 };
        if (knowsNoExtensions && !_options.IsLmtp)
        {
            // RFC 5321 §3.2: then there are no extensions.
            step = await _dialogue.AskAsync($"HELO {_options.HostName}", _options.Timeouts.Command, cancellation);
        }

        if (!step.IsDone || _dialogue.Ending is not null) return step;
        if (step.Reply!.Code != 250) return _dialogue.EndUnexpected(step);
        Capabilities = knowsNoExtensions ? SmtpCapabilities.None : SmtpCapabilities.Parse(step.Reply.Lines);
        return step;
    }

    private SmtpStep Unsupported(string text) => _dialogue.Ending ?? new SmtpStep(SmtpOutcome.Unsupported, null, text);
}
