using System.Net;
using System.Text.Unicode;
using Merpati.Auth;
using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Commands;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage;
using Merpati.Wire.Connections;

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
        Facts = new Pop3Facts
        {
            TakesPlainPasswords = options.RequireTls == TlsRequirement.Never ||
                (options.RequireTls == TlsRequirement.ExceptLoopback && connection.Ends.IsLoopback),
        };
    }

    public Pop3Surroundings Surroundings { get; }

    public ReplyWriter Writer { get; }

    public Pop3Phase Phase { get; set; } = Pop3Phase.Authorization;

    public Pop3Facts Facts { get; }

    public IPAddress? ClientAddress => _connection.Ends.RemoteAddress;

    public SessionTally Tally { get; } = new();

    /// <summary>The open maildrop; only in the phase <see cref="Pop3Phase.Transaction"/>.</summary>
    public Maildrop Maildrop => _maildrop ?? throw new InvalidOperationException("no maildrop is open");

    /// <summary>Serves the client to its end; says how that came.</summary>
    public async Task<SessionEnding> RunAsync()
    {
        Writer.Write(Pop3Reply.Ok(Pop3Phrase.Greeting).With(Surroundings.Options.HostName));
        while (true)
        {
            var reply = await ReadLineAsync() switch
            {
                LineStatus.Line => await ExecuteAsync(Pop3Command.Cut(_connection.Line)),
                LineStatus.TooLong => Pop3Reply.Reject(Pop3Rejection.LineTooLong),
                LineStatus.TimedOut => TimedOut(),
                LineStatus.Draining => Pop3Reply.Reject(Pop3Rejection.Draining).Closing(SessionEnding.Drained),
                _ => Pop3Reply.End(SessionEnding.Dropped),
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

    /// <summary>Counts a login that failed; the reply ends the session when there were too many.</summary>
    public Pop3Reply RefuseLogin(string loginName, Pop3Rejection reason)
    {
        Surroundings.Log.LoginFailed(loginName, _connection.Ends.RemoteAddress, reason);
        var reply = Pop3Reply.Reject(reason);
        return ++Facts.FailedLogins < Surroundings.Options.MaxFailedLogins ? reply : reply.Closing(SessionEnding.TooManyFailedLogins);
    }

    /// <summary>Logs that the store could not do what was asked; the client gets no more than the kind of it.</summary>
    public Pop3Rejection Classify(StoreException failure, Pop3Rejection temporary, Pop3Rejection corrupt)
    {
        Surroundings.Log.StoreFailed(Facts.Identity?.Address.ToString() ?? "nobody", failure.Message);
        return failure.Failure == StoreFailure.Corrupt ? corrupt : temporary;
    }

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
