using System.Net;
using System.Text.Unicode;
using Merpati.Auth;
using Merpati.Auth.Sasl;
using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Commands;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage;
using Merpati.Wire.Connections;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Server;

/// <summary>
/// One client from banner to close. It reads the commands, judges whether each may be given now, has it carried out and writes the reply;
/// what the commands mean is theirs to know. Its state is of three kinds: the phase, the facts, and the open maildrop.
/// </summary>
internal sealed class Pop3Session
{
    private readonly WireConnection _connection;
    private readonly long _loginDeadline; // a timestamp of the surroundings' clock
    private Maildrop? _maildrop;

    public Pop3Session(Pop3Surroundings surroundings, WireConnection connection)
    {
        Surroundings = surroundings;
        _connection = connection;
        var options = surroundings.Options;
        Writer = new ReplyWriter(connection, options.SendTimeout, options.Language);
        var time = surroundings.Time;
        _loginDeadline = time.GetTimestamp() + (long)(options.LoginTimeout.TotalSeconds * time.TimestampFrequency);
        Facts = new Pop3Facts { TakesPlainPasswords = IsConfidential() };
        if (surroundings.Partners.Apop is not null) Timestamp = ApopTimestamp.Create(options.HostName, time);
    }

    public Pop3Surroundings Surroundings { get; }

    public ReplyWriter Writer { get; }

    public Pop3Phase Phase { get; set; } = Pop3Phase.Authorization;

    public Pop3Facts Facts { get; private set; }

    /// <summary>The timestamp of the banner; null when APOP is not offered. STLS has no new banner, so it holds for the whole connection.</summary>
    public string? Timestamp { get; }

    /// <summary>The TLS that protects the connection; null when none does.</summary>
    public TlsSession? Tls => _connection.Tls;

    /// <summary>The mechanisms of AUTH that are offered on this connection, strongest first; empty when there are none.</summary>
    public IReadOnlyList<string> Mechanisms => Facts.Mechanisms ??= Surroundings.Partners.Sasl?.Mechanisms(SaslContext) ?? [];

    /// <summary>What those are to know of the connection.</summary>
    public SaslContext SaslContext => Facts.Sasl ??= DescribeConnection();

    /// <summary>Whether the client has sent something that is not read yet.</summary>
    public bool HasBufferedInput => _connection.HasBufferedInput;

    /// <summary>The line last read. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line => _connection.Line;

    public IPAddress? ClientAddress => _connection.Ends.RemoteAddress;

    public SessionTally Tally { get; } = new();

    /// <summary>The open maildrop; only in the phase <see cref="Pop3Phase.Transaction"/>.</summary>
    public Maildrop Maildrop => _maildrop ?? throw new InvalidOperationException("no maildrop is open");

    /// <summary>Serves the client to its end; says how that came.</summary>
    public async Task<SessionEnding> RunAsync()
    {
        // RFC 1939 §7: the timestamp names the host too, and both would not fit a line together.
        Writer.Write(Timestamp is { } timestamp
            ? Pop3Reply.Ok(Pop3Phrase.GreetingWithTimestamp).With(timestamp)
            : Pop3Reply.Ok(Pop3Phrase.Greeting).With(Surroundings.Options.HostName));
        while (true)
        {
            var status = await ReadLineAsync();
            var reply = status switch
            {
                LineStatus.Line => await ExecuteAsync(Pop3Command.Cut(_connection.Line)),
                LineStatus.TooLong => Pop3Reply.Reject(Pop3Rejection.LineTooLong),
                _ => EndOf(status),
            };
            reply = ChargeError(reply);
            if (reply.IsStatus) Writer.Write(reply);
            if (reply.Ending is { } ending) return ending;

            // A client that pipelines and does not read makes us hold this much and no more.
            if (!await Writer.FlushIfLargeAsync()) return SessionEnding.NotReading;
        }
    }

    /// <summary>Enters the TRANSACTION state.</summary>
    public void Open(Maildrop maildrop)
    {
        _maildrop = maildrop;
        Phase = Pop3Phase.Transaction;
    }

    /// <summary>Marks as read what was retrieved and is not marked yet, and gives the maildrop's lock back, if it is held. Removes nothing.</summary>
    public async ValueTask CloseMaildropAsync()
    {
        if (_maildrop is not { } maildrop) return;
        try
        {
            await MarkReadAsync(maildrop.TakeRead());
        }
        finally
        {
            await maildrop.DisposeAsync();
        }
    }

    /// <summary>Marks messages as read. That it cannot be done is no harm to the session: it is logged, and that is all.</summary>
    public async Task MarkReadAsync(uint[] uids)
    {
        if (uids.Length == 0) return;
        try
        {
            await Surroundings.Messages.MarkSeenAsync(Maildrop.MailboxId, uids, CancellationToken.None);
        }
        catch (StoreException failure)
        {
            Surroundings.Log.ReadNotMarked(Facts.Identity?.Address.ToString() ?? "nobody", failure.Message);
        }
    }

    /// <summary>Reads a line of a mechanism, which may be longer than a command.</summary>
    public async ValueTask<LineStatus> ReadAnswerAsync()
    {
        var longest = _connection.MaxLineLength;
        _connection.MaxLineLength = AuthExchange.MaxLineLength + "\r\n".Length;
        var status = await ReadLineAsync();
        _connection.MaxLineLength = longest;
        return status;
    }

    /// <summary>
    /// Sends what was written in the clear and goes over to TLS; false when it comes to nothing. What the client said before is forgotten then
    /// (RFC 2595 §4).
    /// </summary>
    public async ValueTask<bool> SecureAsync()
    {
        if (!await _connection.SecureAsync(Surroundings.Partners.Tls!))
        {
            Surroundings.Log.HandshakeFailed(ClientAddress, _connection.TlsFailure ?? "");
            return false;
        }

        Facts = new Pop3Facts { TakesPlainPasswords = IsConfidential(), Errors = Facts.Errors, FailedLogins = Facts.FailedLogins };
        Phase = Pop3Phase.Authorization;
        Writer.Texts = Pop3Texts.Of(Surroundings.Options.Language);
        Writer.Texts = Pop3Texts.Of(Surroundings.Options.Language);
        return true;
    }

    /// <summary>The argument of USER does not count any more.</summary>
    public void ForgetUser()
    {
        Facts.LoginName = null;
        Phase = Pop3Phase.Authorization;
    }

    /// <summary>The session waits for something else than its client, until <see cref="EndWait"/>; cancelled when nobody is left to wait for.</summary>
    public CancellationToken BeginWait() => _connection.BeginWait();

    /// <summary>The session has what it waited for.</summary>
    public void EndWait() => _connection.EndWait();

    /// <summary>What is said when such a wait was cancelled.</summary>
    public Pop3Reply Abandon() => EndOf(_connection.IsDraining ? LineStatus.Draining : LineStatus.Closed);

    /// <summary>How a session ends when there was no line.</summary>
    public Pop3Reply EndOf(LineStatus status) => status switch
    {
        LineStatus.TimedOut => TimedOut(),
        LineStatus.Draining => Pop3Reply.Reject(Pop3Rejection.Draining).Closing(SessionEnding.Drained),
        _ => Pop3Reply.End(SessionEnding.Dropped),
    };

    /// <summary>Counts a login that failed; the reply ends the session when there were too many.</summary>
    public Pop3Reply RefuseLogin(LoginTrial trial, Pop3Rejection reason)
    {
        Surroundings.Log.LoginFailed(trial, ClientAddress, reason);
        var reply = Pop3Reply.Reject(reason);
        return ++Facts.FailedLogins < Surroundings.Options.MaxFailedLogins ? reply : reply.Closing(SessionEnding.TooManyFailedLogins);
    }

    /// <summary>Logs that the store could not do what was asked; the client gets no more than the kind of it.</summary>
    public Pop3Rejection Classify(StoreException failure, Pop3Rejection temporary, Pop3Rejection corrupt)
    {
        Surroundings.Log.StoreFailed(Facts.Identity?.Address.ToString() ?? "nobody", failure.Message);
        return failure.Failure == StoreFailure.Corrupt ? corrupt : temporary;
    }

    // As in SMTP: TLS, or a way on which nobody can listen, or an administrator who does not mind.
    private bool IsConfidential() => Tls is not null || Surroundings.Options.RequireTls switch
    {
        TlsRequirement.Never => true,
        TlsRequirement.Always => false,
        _ => _connection.Ends.IsLoopback,
    };

    private SaslContext DescribeConnection() => new()
    {
        Service = "pop", // RFC 5034 §4
        HostName = Surroundings.Options.HostName,
        Address = ClientAddress,
        TakesPlainPasswords = Facts.TakesPlainPasswords,
        Channel = Tls is { } tls ? new SecureChannel(tls.ServerEndPoint, tls.Exporter, tls.ClientCertificate) : null,
    };

    private ValueTask<LineStatus> ReadLineAsync()
    {
        if (Phase == Pop3Phase.Transaction) return _connection.ReadLineAsync(Surroundings.Options.IdleTimeout, mayDrain: true);

        // The time to log in is one for all commands together: CAPA every minute does not keep a connection.
        var left = Surroundings.Time.GetElapsedTime(Surroundings.Time.GetTimestamp(), _loginDeadline);
        return left > TimeSpan.Zero ? _connection.ReadLineAsync(left, mayDrain: true) : new ValueTask<LineStatus>(LineStatus.TimedOut);
    }

    private ValueTask<Pop3Reply> ExecuteAsync(Pop3Command command)
    {
        var verb = Pop3Verbs.Find(command.Verb.Span);
        var rejection = verb is null ? RejectUnknown(command) : Judge(verb, command);
        if (rejection is null) return verb!.Handler(this, command);
        var reply = Pop3Reply.Reject(rejection.Value);
        if (rejection == Pop3Rejection.NotPop3) reply = reply.Closing(SessionEnding.NotPop3);
        return new ValueTask<Pop3Reply>(verb is null ? reply : reply.With(verb.Name));
    }

    private Pop3Rejection? RejectUnknown(Pop3Command command)
    {
        if (Pop3Verbs.IsHttpMethod(command.Verb.Span)) return Pop3Rejection.NotPop3;
        return Pop3Command.IsPrintable(_connection.Line.Span) ? Pop3Rejection.UnknownCommand : Pop3Rejection.NotPrintable;
    }

    private Pop3Rejection? Judge(Pop3Verb verb, Pop3Command command)
    {
        var isSecret = verb.Flags.HasFlag(Pop3VerbFlags.RawArgument);
        if (!isSecret && !IsTaken(_connection.Line.Span, verb)) return Pop3Rejection.NotPrintable;
        if (verb.IsOffered?.Invoke(Surroundings.Partners) == false) return Pop3Rejection.NotOffered;
        if ((verb.Phases & Phase) == 0) return OutOfOrder(verb);
        if (verb.Flags.HasFlag(Pop3VerbFlags.PlainPassword) && !Facts.TakesPlainPasswords) return Pop3Rejection.TlsRequired;
        if (isSecret)
        {
            if (command.Rest.IsEmpty) return Pop3Rejection.MissingArgument;
            return command.Rest.Span.Contains((byte)0) || !Utf8.IsValid(command.Rest.Span) ? Pop3Rejection.NotUtf8 : null;
        }

        if (command.Count > verb.MaxArguments) return Pop3Rejection.TooManyArguments;
        return command.Count < verb.MinArguments ? Pop3Rejection.MissingArgument : null;
    }

    private static bool IsTaken(ReadOnlySpan<byte> line, Pop3Verb verb) =>
        verb.Flags.HasFlag(Pop3VerbFlags.Utf8Argument) ? !Pop3Command.HasControls(line) : Pop3Command.IsPrintable(line);

    private Pop3Rejection OutOfOrder(Pop3Verb verb)
    {
        if (Phase == Pop3Phase.Transaction) return Pop3Rejection.AlreadyLoggedIn;
        if (verb.Phases.HasFlag(Pop3Phase.Transaction)) return Pop3Rejection.NotLoggedIn;
        return Facts.TakesPlainPasswords ? Pop3Rejection.UserFirst : Pop3Rejection.TlsRequired;
    }

    private Pop3Reply TimedOut()
    {
        // RFC 1939 §3: the UPDATE state is not entered.
        var reason = Phase == Pop3Phase.Transaction ? Pop3Rejection.IdleTimedOut : Pop3Rejection.LoginTimedOut;
        return Pop3Reply.Reject(reason).Closing(SessionEnding.TimedOut);
    }

    private Pop3Reply ChargeError(in Pop3Reply reply)
    {
        if (reply.Rejection is not { } rejection || !Pop3Rejections.Of(rejection).IsError || reply.Ending is not null) return reply;
        if (++Facts.Errors < Surroundings.Options.MaxErrors) return reply;
        return Pop3Reply.Reject(Pop3Rejection.TooManyErrors).Closing(SessionEnding.TooManyErrors);
    }
}
