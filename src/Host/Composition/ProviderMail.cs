using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;
using Merpati.Smtp.Server;
using Merpati.Wire.Connections;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Composition;

/// <summary>What to ask of which provider.</summary>
/// <param name="Route">The host, and how to log in there.</param>
/// <param name="Command">How to ask.</param>
/// <param name="Domains">For which domains.</param>
internal sealed record ProviderOptions(RelayRoute Route, ProviderCommand Command, IReadOnlyList<Domain> Domains);

/// <summary>How asking a provider went.</summary>
/// <param name="IsDone">Whether the provider did what was asked, or said that nothing waits.</param>
/// <param name="Text">What it said last, or what went wrong before.</param>
internal sealed record ProviderAnswer(bool IsDone, string Text);

/// <summary>
/// Asks a provider for the mail that waits there for us, once or every so often: with ETRN (RFC 1985), or with ATRN (RFC 2645) and TURN (RFC 821 §3.8),
/// after which we are the server on the connection that we made.
/// </summary>
internal sealed partial class ProviderMail : IAsyncDisposable
{
    private const int NoMailWaits = 453; // RFC 2645 §5.2.1

    private readonly OutgoingMail _outgoing;
    private readonly SmtpService _service;
    private readonly ProviderOptions _options;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private Task _asking = Task.CompletedTask;
    private volatile WireConnection? _reversed; // the connection on which we are the server

    /// <summary><paramref name="service"/> takes what the provider sends.</summary>
    public ProviderMail(OutgoingMail outgoing, SmtpService service, ProviderOptions options, ILoggerFactory loggers)
    {
        _outgoing = outgoing;
        _service = service;
        _options = options;
        _log = loggers.CreateLogger("Merpati.Host.Provider");
    }

    /// <summary>Asks now and then every so often, until it is disposed.</summary>
    public void Start(TimeSpan every) => _asking = Task.Run(() => AskForEverAsync(every));

    /// <summary>Asks once and takes what comes.</summary>
    public async Task<ProviderAnswer> AskAsync(CancellationToken cancellation)
    {
        var found = await _outgoing.Hosts.FindFallbackAsync(_options.Route.Host!, cancellation);
        var failure = found.Failure?.Text ?? "the provider has no address";
        foreach (var host in found.Hosts)
        {
            var (connection, step) = await _outgoing.Connector.ConnectAsync(SmtpTransport.ToTarget(host, _options.Route), cancellation);
            failure = $"{host.Name} {host.Address}: {step?.Text}";
            if (connection is null) continue;
            await using (connection) return await AskAsync(connection, cancellation);
        }

        return new ProviderAnswer(false, failure);
    }

    /// <summary>Ends; a message that the provider is sending may be finished within <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stopping.CancelAsync();
        try
        {
            await _asking.WaitAsync(grace, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            _reversed?.Abort();
            await _asking;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
    }

    private async Task<ProviderAnswer> AskAsync(SmtpConnection connection, CancellationToken cancellation)
    {
        if (_options.Command == ProviderCommand.Etrn) return await StartQueueAsync(connection.Client, cancellation);
        var step = _options.Command == ProviderCommand.Turn
            ? await connection.TurnAsync(cancellation)
            : await connection.ReverseAsync(_options.Domains, cancellation);
        if (connection.Reversed is not { } wire) return new ProviderAnswer(step.Reply?.Code == NoMailWaits, step.Text);
        _reversed = wire;
        wire.MaxLineLength = _service.MaxLineLength;
        await using (cancellation.UnsafeRegister(static state => ((WireConnection)state!).BeginDrain(), wire)) await _service.ServeAsync(wire);
        return new ProviderAnswer(true, step.Text);
    }

    private async Task<ProviderAnswer> StartQueueAsync(SmtpClient client, CancellationToken cancellation)
    {
        var answer = new ProviderAnswer(false, "no domain to ask for");
        foreach (var domain in _options.Domains)
        {
            var step = await client.AskAsync($"ETRN {domain}", cancellation);
            answer = new ProviderAnswer(step.IsDone, step.Text);
            if (!step.IsDone) break;
        }

        return answer;
    }

    private async Task AskForEverAsync(TimeSpan every)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var answer = await AskAsync(_stopping.Token);
                if (answer.IsDone) Asked(_log, answer.Text);
                else NotAnswered(_log, answer.Text);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Whatever it was: the next time it may work.
                BrokeDown(_log, failure);
            }

            try
            {
                await Task.Delay(every, TimeProvider.System, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "asked the provider for our mail: {Answer}")]
    private static partial void Asked(ILogger logger, string answer);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "the provider did not give us our mail: {Answer}")]
    private static partial void NotAnswered(ILogger logger, string answer);

    [LoggerMessage(EventId = 32, Level = LogLevel.Error, Message = "asking the provider for our mail broke down")]
    private static partial void BrokeDown(ILogger logger, Exception failure);
}
