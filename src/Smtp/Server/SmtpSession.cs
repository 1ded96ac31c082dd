using System.Buffers;
using System.Security.Authentication;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Terminals;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Server;

/// <summary>
/// One session: reads a line, finds its row, carries it out, writes the answer. It alone writes. Its state is of three kinds, kept apart:
/// the phase, the facts and the transaction.
/// </summary>
internal sealed class SmtpSession
{
    private readonly WireConnection _connection;
    private readonly long _started;
    private SmtpPhase _phase = SmtpPhase.Connected;
    private ChunkedMessage? _dropped; // what is left of a transaction that was dropped
    private string? _ended; // how, once it has
    private long _commands;
    private long _messages;
    private long _errors;
    private int _errorsSinceMessage;
    private int _idleSinceMessage;
    private int _authFailures;

    public SmtpSession(SmtpService service, WireConnection connection)
    {
        Service = service;
        _connection = connection;
        _started = service.Time.GetTimestamp();
        Facts = NewFacts();
    }

    /// <summary>Options and partners.</summary>
    public SmtpService Service { get; }

    /// <summary>What is known of the client.</summary>
    public SmtpFacts Facts { get; private set; }

    /// <summary>The TLS that protects the connection; null when none does.</summary>
    public TlsSession? Tls => _connection.Tls;

    /// <summary>The exchange of AUTH that is under way.</summary>
    public AuthExchange? Exchange { get; set; }

    /// <summary>The terminal that the session is; null when it is none.</summary>
    public ITerminal? Terminal { get; set; }

    /// <summary>The domains for whose mail the roles are reversed.</summary>
    public IReadOnlyList<Domain> Reversal { get; set; } = [];

    /// <summary>Whether the client is on this machine, so that nobody on the way can listen.</summary>
    public bool IsLoopback => _connection.Ends.IsLoopback;

    /// <summary>The open transaction, from MAIL on.</summary>
    public SmtpTransaction? Transaction { get; private set; }

    /// <summary>Serves until the client or the server ends it.</summary>
    public async Task RunAsync()
    {
        try
        {
            // RFC 5321 §3.1, §4.3.1: who talks before the banner is no mail client.
            if (_connection.HasBufferedInput) Write(SmtpRejection.OutOfTurn);
            else _connection.Output.Write(Service.Greetings.Banner.Octets.Span);
            while (_ended is null)
            {
                // A transaction under way may be finished while the server stops.
                var status = await _connection.ReadLineAsync(Service.Options.CommandTimeout, mayDrain: Transaction is null);
                await AnswerAsync(status);
                await DisposeDroppedAsync();
                if (!await _connection.FlushIfLargeAsync(Service.Options.CommandTimeout)) _ended ??= "not-reading";
            }
        }
        finally
        {
            Exchange?.Dispose();
            Terminal?.Dispose();
            Transaction = Discard(Transaction);
            await DisposeDroppedAsync();
            var how = _ended ?? "failed";
            var proof = Proof();
            var lasted = Service.Time.GetElapsedTime(_started);
            SmtpMetrics.SessionEnded(how);
            SmtpLog.SessionEnded(
                Service.Logger, Facts.ClientAddress, Facts.ClientName, proof, how, _commands, _messages, _errors, lasted.TotalSeconds);
        }
    }

    /// <summary>Takes the client's name and begins anew; false when it is none (RFC 5321 §4.1.1.1, §4.1.4).</summary>
    public bool Introduce(ReadOnlySpan<byte> name, bool extended)
    {
        // What is printable is taken: bare addresses and names with odd letters are common, and nothing is decided by them.
        if (name.IsEmpty || name.Length > Domain.MaxLength) return false;
        Facts.Introduce(Encoding.ASCII.GetString(name), extended);
        _phase = SmtpPhase.Greeted;
        Drop();
        return true;
    }

    /// <summary>Begins anew under TLS: what was said before it is forgotten (RFC 3207 §4.2).</summary>
    public void BeginAnew()
    {
        Facts = NewFacts();
        Transaction = Discard(Transaction);
        _phase = SmtpPhase.Connected;
    }

    /// <summary>Ends the wait for the client's next line where the command lets it end so. From any thread.</summary>
    public void Interrupt() => _connection.Interrupt();

    /// <summary>The connection is of no use any more, and nobody is there to be told.</summary>
    public void NoteEnd(string how) => _ended = how;

    /// <summary>A login has failed; the answer to it.</summary>
    public SmtpRejection NoteAuthFailure(SmtpRejection reason) =>
        ++_authFailures >= Service.Options.MaxAuthFailures ? SmtpRejection.TooManyAuthFailures : reason;

    /// <summary>Opens a transaction.</summary>
    public void Open(SmtpTransaction transaction)
    {
        Transaction = transaction;
        _phase = SmtpPhase.MailGiven;
    }

    /// <summary>A recipient was named, whatever comes of it.</summary>
    public void NoteRecipient() => _phase = SmtpPhase.RcptGiven;

    /// <summary>A chunk of the message came, whatever comes of it.</summary>
    public void NoteChunk() => _phase = SmtpPhase.ChunkGiven;

    /// <summary>A command brought no message nearer, or hardly.</summary>
    public void NoteIdle() => _idleSinceMessage++;

    /// <summary>Reads over octets that belong to a refused command; what to say when that fails.</summary>
    public async ValueTask<SmtpAnswer?> SkipAsync(long octets)
    {
        if (octets == 0) return null;
        return await _connection.ReadOctetsAsync(DroppedOctets.Instance, octets, Service.Options.DataTimeout, Service.Options.MinDataOctets) switch
        {
            LineStatus.Line => (SmtpAnswer?)null,
            LineStatus.TimedOut => SmtpRejection.TimedOut,
            _ => SmtpAnswer.ClientGone,
        };
    }

    /// <summary>Drops the transaction, if there is one.</summary>
    public void Drop()
    {
        Transaction = Discard(Transaction);
        if (_phase != SmtpPhase.Connected) _phase = SmtpPhase.Greeted;
    }

    /// <summary>The session has come back from the intake, perhaps on a thread of the store, where it may not stay.</summary>
    public void EndTurn() => _connection.EndTurn();

    /// <summary>A message was accepted, which fills the budgets again.</summary>
    public void NoteAccepted()
    {
        _messages++;
        _errorsSinceMessage = 0;
        _idleSinceMessage = 0;
    }

    private SmtpFacts NewFacts() => new(_connection.Ends, Service.Options) { IsTls = _connection.Tls is not null };

    private async ValueTask AnswerAsync(LineStatus status)
    {
        switch (status)
        {
            case LineStatus.Line:
                await ExecuteAsync(CommandLine.Parse(_connection.Line));
                break;
            case LineStatus.TooLong:
                _commands++;
                Transaction?.Chunks?.Fail(); // it may have been a BDAT
                Write(SmtpRejection.LineTooLong);
                break;
            case LineStatus.TimedOut:
                Write(SmtpRejection.TimedOut);
                break;
            case LineStatus.Draining:
                Write(SmtpRejection.ShuttingDown);
                break;
            default:
                Write(SmtpAnswer.ClientGone);
                break;
        }
    }

    private async ValueTask ExecuteAsync(CommandLine line)
    {
        _commands++;
        var command = SmtpCommands.Find(line.Verb.Span);
        if (Fault(command, line) is { } fault)
        {
            if (command?.Trailing is not null || command is null) Transaction?.Chunks?.Fail(); // it may have been meant for a BDAT
            Write(await SkipAsync(command?.Trailing?.Invoke(line) ?? 0) ?? fault);
            return;
        }

        if ((command!.Flags & CommandFlags.Idle) != 0) _idleSinceMessage++;
        var answer = await command.Handler(this, line);
        Write(answer);
        while (_ended is null && answer.Continues)
        {
            answer = await command.Continuation!(this, _connection);
            Write(answer);
        }
    }

    private SmtpRejection? Fault(SmtpCommand? command, in CommandLine line)
    {
        if (line.Octets == CommandOctets.Control || (line.Octets == CommandOctets.EightBit && command?.Flags.HasFlag(CommandFlags.TakesUtf8) != true))
        {
            return command is { Flags: var flags } && (flags & CommandFlags.NamesClient) != 0 ? SmtpRejection.BadClientName : SmtpRejection.BadOctets;
        }

        if (line.Verb.IsEmpty) return SmtpRejection.EmptyCommand;
        if (command is null) return SmtpRejection.UnknownCommand;
        if (!command.IsOfferedBy(Service)) return SmtpRejection.NotImplemented;
        if ((command.Flags & CommandFlags.TakesNoArgument) != 0 && !line.Argument.IsEmpty) return SmtpRejection.UnexpectedArgument;
        if ((command.Flags & CommandFlags.EndsGroup) != 0 && _connection.HasBufferedInput) return SmtpRejection.OutOfTurn;
        return command.OutOfOrder(_phase);
    }

    private SmtpTransaction? Discard(SmtpTransaction? transaction)
    {
        _dropped ??= transaction?.Chunks;
        return null;
    }

    private async ValueTask DisposeDroppedAsync()
    {
        if (_dropped is null) return;
        await _dropped.DisposeAsync();
        _dropped = null;
    }

    private void Write(SmtpAnswer answer)
    {
        if (answer.Rejection is { } rejection) answer = Charge(answer, SmtpRejections.Of(rejection));
        if (_idleSinceMessage > Service.Options.MaxIdleCommands && answer.Reply is { Closes: false }) answer = SmtpRejection.TooManyIdleCommands;
        if (answer.Reply is null)
        {
            _ended ??= Transaction is null ? "lost" : "lost-in-transaction";
            return;
        }

        _connection.Output.Write(answer.Reply.Octets.Span);
        if (answer.Rejection is { } reason) Report(SmtpRejections.Of(reason));
        if (answer.Reply.Closes) _ended = answer.Rejection is { } end ? SmtpRejections.Of(end).Tag : "quit";
    }

    private SmtpAnswer Charge(SmtpAnswer answer, SmtpRejectionRow row)
    {
        switch (row.Cost)
        {
            case RejectionCost.Idle:
                _idleSinceMessage++;
                break;
            case RejectionCost.Error:
                _errors++;
                if (++_errorsSinceMessage >= Service.Options.MaxErrors) return SmtpRejection.TooManyErrors;
                break;
        }

        return answer;
    }

    // Who has authenticated, and under which TLS, in the words of the log.
    private string Proof()
    {
        var user = Facts.Submitter is { } submitter ? $" as {submitter.Address}" : "";
        return Tls is { } tls ? $"{user} over {(tls.Protocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2")} {tls.CipherSuite}" : user;
    }

    private void Report(SmtpRejectionRow row)
    {
        SmtpMetrics.Rejected(row.Tag);
        SmtpLog.Refused(Service.Logger, row.Level, Facts.ClientAddress, row.Tag, row.Code);
    }
}
