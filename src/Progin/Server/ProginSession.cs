using System.Net;
using Merpati.Auth;
using Merpati.Progin.Grammar;
using Merpati.Progin.Server.Commands;
using Merpati.Storage;
using Merpati.Wire.Connections;

namespace Merpati.Progin.Server;

/// <summary>
/// One client from its first line to its close. It reads the commands, judges whether each may be given now, has it carried out and writes the reply; what the
/// commands mean is theirs to know. Its state is of three kinds: the phase, the facts, and what is open: a message to be sent, or a mailbox.
/// </summary>
internal sealed class ProginSession
{
    private readonly WireConnection _connection;
    private readonly long _loginDeadline; // a timestamp of the surroundings' clock

    public ProginSession(ProginSurroundings surroundings, WireConnection connection)
    {
        Surroundings = surroundings;
        _connection = connection;
        var options = surroundings.Options;
        Writer = new ReplyWriter(connection, options.SendTimeout);
        var time = surroundings.Time;
        _loginDeadline = time.GetTimestamp() + (long)(options.LoginTimeout.TotalSeconds * time.TimestampFrequency);
        Facts = new ProginFacts { TakesPasswords = IsConfidential() };
    }

    public ProginSurroundings Surroundings { get; }

    public ReplyWriter Writer { get; }

    public ProginFacts Facts { get; }

    public SessionTally Tally { get; } = new();

    public ProginPhase Phase { get; private set; } = ProginPhase.Connected;

    /// <summary>The message to be; not null from SNDR to the end of its text.</summary>
    public ProginTransaction? Transaction { get; private set; }

    /// <summary>Who reads; not null in the phase <see cref="ProginPhase.Mailbox"/>.</summary>
    public Identity? Reader { get; private set; }

    public IPAddress? ClientAddress => _connection.Ends.RemoteAddress;

    /// <summary>Serves the client to its end; says how that came.</summary>
    public async Task<SessionEnding> RunAsync()
    {
        while (true)
        {
            var status = await ReadLineAsync();
            if (status == LineStatus.Line) Writer.EndsInBareLineFeed = _connection.LineEndedBare;
            var reply = status switch
            {
                LineStatus.Line => await ExecuteAsync(ProginCommand.Cut(_connection.Line)),
                LineStatus.TooLong => ProginReply.Reject(ProginRejection.LineTooLong),
                _ => EndOf(status),
            };
            reply = ChargeError(reply);
            if (reply.IsLine) Writer.Write(reply);
            if (reply.Ending is { } ending) return ending;

            // A client that pipelines and does not read makes us hold this much and no more.
            if (!await Writer.FlushIfLargeAsync()) return SessionEnding.NotReading;
        }
    }

    /// <summary>Begins anew: what is open is dropped, and who has logged in is forgotten.</summary>
    public void Enter(ProginPhase phase)
    {
        Transaction = null;
        Reader = null;
        Phase = phase;
    }

    /// <summary>The sender has logged in.</summary>
    public void Open(ProginTransaction transaction)
    {
        Transaction = transaction;
        Phase = ProginPhase.Sender;
    }

    /// <summary>There is a recipient.</summary>
    public void NoteRecipient() => Phase = ProginPhase.Recipient;

    /// <summary>The reader has logged in.</summary>
    public void Open(Identity reader)
    {
        Reader = reader;
        Phase = ProginPhase.Mailbox;
    }

    /// <summary>Reads a text to its end; null when it has ended, or else what ends the session.</summary>
    public async ValueTask<ProginReply?> ReadTextAsync(TextDecoder decoder)
    {
        var options = Surroundings.Options;
        var atLeast = (long)(options.DataTimeout.TotalSeconds * Math.Max(0, options.MinDataOctetsPerSecond));
        return await _connection.ReadDotTextAsync(decoder, options.DataTimeout, Math.Max(1, atLeast)) switch
        {
            LineStatus.Line => null,
            LineStatus.TimedOut => ProginReply.Reject(ProginRejection.TextTimedOut).Closing(SessionEnding.TimedOut),
            _ => ProginReply.End(SessionEnding.Dropped),
        };
    }

    /// <summary>The session waits for something else than its client, until <see cref="EndWait"/>; cancelled when nobody is left to wait for.</summary>
    public CancellationToken BeginWait() => _connection.BeginWait();

    /// <summary>The session has what it waited for.</summary>
    public void EndWait() => _connection.EndWait();

    /// <summary>Lets others go first: the session may have come to a thread of the store.</summary>
    public void EndTurn() => _connection.EndTurn();

    /// <summary>What is said when such a wait was cancelled.</summary>
    public ProginReply Abandon() => EndOf(_connection.IsDraining ? LineStatus.Draining : LineStatus.Closed);

    /// <summary>Counts a login that failed; the reply ends the session when there were too many.</summary>
    public ProginReply RefuseLogin(string name, ProginRejection reason)
    {
        Surroundings.Log.LoginFailed(name, ClientAddress, reason);
        var reply = ProginReply.Reject(reason);
        return ++Facts.FailedLogins < Surroundings.Options.MaxFailedLogins ? reply : reply.Closing(SessionEnding.TooManyFailedLogins);
    }

    /// <summary>Logs that the store could not do what was asked; the client gets no more than that.</summary>
    public void Report(StoreException failure) => Surroundings.Log.StoreFailed(Facts.Identity?.Address.ToString() ?? "nobody", failure.Message);

    // As in POP3: TLS, or a way on which nobody can listen, or an administrator who does not mind.
    private bool IsConfidential() => _connection.Tls is not null || Surroundings.Options.RequireTls switch
    {
        TlsRequirement.Never => true,
        TlsRequirement.Always => false,
        _ => _connection.Ends.IsLoopback,
    };

    private ValueTask<LineStatus> ReadLineAsync()
    {
        if (Facts.Identity is not null) return _connection.ReadLineAsync(Surroundings.Options.IdleTimeout, mayDrain: true);

        // The time to log in is one for all commands together: HELO every minute does not keep a connection.
        var left = Surroundings.Time.GetElapsedTime(Surroundings.Time.GetTimestamp(), _loginDeadline);
        return left > TimeSpan.Zero ? _connection.ReadLineAsync(left, mayDrain: true) : new ValueTask<LineStatus>(LineStatus.TimedOut);
    }

    private async ValueTask<ProginReply> ExecuteAsync(ProginCommand command)
    {
        var verb = ProginVerbs.Find(command.Verb.Span);
        if (verb is null) return RejectUnknown(command);
        if (Judge(verb, command) is not { } rejection) return await verb.Handler(this, command);

        // A text follows in any case, and its lines must never pass for commands.
        if (verb.Flags.HasFlag(ProginVerbFlags.TextFollows) && await ReadTextAsync(new TextDecoder(DroppedText.Instance)) is { } ending) return ending;
        return ProginReply.Reject(rejection).With(verb.Name);
    }

    private ProginReply RejectUnknown(ProginCommand command)
    {
        if (ProginVerbs.IsHttpMethod(command.Verb.Span)) return ProginReply.Reject(ProginRejection.NotProgin).Closing(SessionEnding.NotProgin);
        return ProginReply.Reject(ProginVerbs.HasControls(_connection.Line.Span) ? ProginRejection.NotPrintable : ProginRejection.UnknownCommand);
    }

    private ProginRejection? Judge(ProginVerb verb, ProginCommand command)
    {
        if (!verb.Flags.HasFlag(ProginVerbFlags.Password) && ProginVerbs.HasControls(_connection.Line.Span)) return ProginRejection.NotPrintable;
        if ((verb.Phases & Phase) == 0) return Phase == ProginPhase.Connected ? ProginRejection.HelloFirst : verb.OutOfOrder(Phase);
        if (verb.Flags.HasFlag(ProginVerbFlags.Password) && !Facts.TakesPasswords) return ProginRejection.TlsRequired;
        return !verb.Flags.HasFlag(ProginVerbFlags.Argument) && !command.Argument.IsEmpty ? ProginRejection.UnexpectedArgument : null;
    }

    private ProginReply EndOf(LineStatus status) => status switch
    {
        LineStatus.TimedOut => ProginReply.Reject(Facts.Identity is null ? ProginRejection.LoginTimedOut : ProginRejection.IdleTimedOut).Closing(SessionEnding.TimedOut),
        LineStatus.Draining => ProginReply.Reject(ProginRejection.Draining).Closing(SessionEnding.Drained),
        _ => ProginReply.End(SessionEnding.Dropped),
    };

    private ProginReply ChargeError(in ProginReply reply)
    {
        if (reply.Rejection is not { } rejection || !ProginRejections.Of(rejection).IsError || reply.Ending is not null) return reply;
        if (++Facts.Errors < Surroundings.Options.MaxErrors) return reply;
        return ProginReply.Reject(ProginRejection.TooManyErrors).Closing(SessionEnding.TooManyErrors);
    }
}
