using System.CommandLine;
using Merpati.Host.Cli;
using Merpati.Host.Configuration;
using Merpati.Storage;
using Merpati.Storage.Sqlite;

namespace Merpati.Host.Composition;

/// <summary>Opens the store for a command, which may run beside a server.</summary>
internal static class OpenStore
{
    /// <summary>Opens it for one command's work and closes it again.</summary>
    public static async Task<int> RunAsync(ParseResult line, Func<IMailStore, Task> work)
    {
        GlobalOptions.Settings(line); // a wrong configuration is told at once, by every verb
        await using var store = await OpenAsync(line, exclusive: false);
        await work(store);
        return ExitStatus.Done;
    }

    /// <summary>Opens it; <paramref name="exclusive"/> for the one process that serves.</summary>
    public static async ValueTask<IMailStore> OpenAsync(ParseResult line, bool exclusive, Action<string>? notice = null) => await SqliteMailStore.OpenAsync(
        new SqliteStoreOptions
        {
            DataDirectory = GlobalOptions.DataDirectory(line),
            Exclusive = exclusive,
            ReserveBytes = GlobalOptions.Settings(line).Get(SettingTable.ReserveBytes),
            Notice = notice,
        },
        CancellationToken.None);
}
