using System.Net;
using Microsoft.Extensions.Logging;

namespace Merpati.Auth.Throttle;

/// <summary>What the throttle puts into the log: event ids 400 to 419. No password ever comes here, and of names only those of accounts.</summary>
internal sealed partial class ThrottleLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "logins are refused for the {Scope} {Key} until {Until:u}: {Reason}")]
    public partial void EntryMade(ThrottleScope scope, string key, DateTimeOffset until, string reason);

    [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "a login from {Client} is refused: {Scopes} refused for now")]
    public partial void Refused(IPAddress client, Scopes scopes);

    [LoggerMessage(EventId = 402, Level = LogLevel.Information, Message = "the owner of {Account} may log in from {Client}, a known address, though others may not")]
    public partial void OwnerLetIn(string account, IPAddress client);

    [LoggerMessage(EventId = 403, Level = LogLevel.Information, Message = "logins are taken again for the {Scope} {Key}: its entry was lifted")]
    public partial void EntryLifted(ThrottleScope scope, string key);

    [LoggerMessage(EventId = 404, Level = LogLevel.Information, Message = "a login from {Client} is refused: too many are under way")]
    public partial void Crowded(IPAddress client);

    /// <summary>What the ledger threw, without its trace.</summary>
    public void LedgerFailed(Exception failure)
    {
        if (_logger.IsEnabled(LogLevel.Error)) LedgerFailed(failure.Message);
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Error, Message = "the login throttle's ledger failed, what is in memory holds: {Reason}")]
    private partial void LedgerFailed(string reason);
}
