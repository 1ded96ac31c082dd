using System.Buffers;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;

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
    private string? _ended; // how, once it has
    private long _commands;
    private long _messages;
    private long _errors;
    private int _errorsSinceMessage;
    private int _idleSinceMessage;

    public SmtpSession(SmtpService service, WireConnection connection)
    {
        Service = service;
        _connection = connection;
        _started = service.Time.GetTimestamp();
        Facts = new SmtpFacts(connection.Ends.RemoteAddress);
    }

    /// <summary>Options, directory, intake.</summary>
    public SmtpService Service { get; }

    /// <summary>What is known of the client.</summary>
    public SmtpFacts Facts { get; }

    /// <summary>The open transaction, from MAIL on.</summary>
    public SmtpTransaction? Transaction { get; private set; }

    /// <summary>Serves until the client or the server ends it.</summary>
    public async Task RunAsync()
    {
        try
        {
            _connection.Output.Write(Service.Greetings.Banner.Octets.Span);
            while (_ended is null)
            {
                // A transaction under way may be finished while the server stops.
                var status = await _connection.ReadLineAsync(Service.Options.CommandTimeout, mayDrain: Transaction is null);
                await AnswerAsync(status);
                if (!await _connection.FlushIfLargeAsync(Service.Options.CommandTimeout)) _ended ??= "not-reading";
            }
        }
        finally
        {
            var how = _ended ?? "failed";
            var lasted = Service.Time.GetElapsedTime(_started);
            SmtpMetrics.SessionEnded(how);
            SmtpLog.SessionEnded(
                Service.Logger, Facts.ClientAddress, Facts.ClientName, how, _commands, _messages, _errors, lasted.TotalSeconds);
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

    /// <summary>Opens a transaction.</summary>
    public void Open(SmtpTransaction transaction)
    {
        Transaction = transaction;
        _phase = SmtpPhase.MailGiven;
    }

    /// <summary>A recipient was named, whatever comes of it.</summary>
    public void NoteRecipient() => _phase = SmtpPhase.RcptGiven;

    /// <summary>Drops the transaction, if there is one.</summary>
    public void Drop()
    {
        Transaction = null;
        if (_phase != SmtpPhase.Connected) _phase = SmtpPhase.Greeted;
    }

    /// <summary>A message was accepted, which fills the budgets again.</summary>
    public void NoteAccepted()
    {
        _messages++;
        _errorsSinceMessage = 0;
        _idleSinceMessage = 0;
    }

    private async ValueTask AnswerAsync(LineStatus status)
    {
        switch (status)
        {
            case LineStatus.Line:
                await ExecuteAsync(CommandLine.Parse(_connection.Line));
                break;
            case LineStatus.TooLong:
                _commands++;
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
            Write(fault);
            return;
        }

        if ((command!.Flags & CommandFlags.Idle) != 0) _idleSinceMessage++;
        var answer = await command.Handler(this, line);
        Write(answer);
        if (answer.Reply is { IsIntermediate: true }) Write(await command.Continuation!(this, _connection));
    }

    private SmtpRejection? Fault(SmtpCommand? command, in CommandLine line)
    {
        if (!line.IsPrintable)
        {
            return command is { Flags: var flags } && (flags & CommandFlags.NamesClient) != 0 ? SmtpRejection.BadClientName : SmtpRejection.BadOctets;
        }

        if (line.Verb.IsEmpty) return SmtpRejection.EmptyCommand;
        if (command is null) return SmtpRejection.UnknownCommand;
        if ((command.Flags & CommandFlags.TakesNoArgument) != 0 && !line.Argument.IsEmpty) return SmtpRejection.UnexpectedArgument;
        return command.OutOfOrder(_phase);
    }

    private void Write(SmtpAnswer answer)
    {
        if (answer.Rejection is { } rejection) answer = Charge(answer, SmtpRejections.Of(rejection));
        if (_idleSinceMessage > Service.Options.MaxIdleCommands && answer.Reply is { Closes: false }) answer = SmtpRejection.TooManyIdleCommands;
        if (answer.Reply is null)
        {
            _ended = Transaction is null ? "lost" : "lost-in-transaction";
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

    private void Report(SmtpRejectionRow row)
    {
        SmtpMetrics.Rejected(row.Tag);
        SmtpLog.Refused(Service.Logger, row.Level, Facts.ClientAddress, row.Tag, row.Code);
    }
}
