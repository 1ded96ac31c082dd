using System.CommandLine;
using Merpati.Host.Composition;

namespace Merpati.Host.Cli;

/// <summary><c>account export</c>: the accounts as CSV.</summary>
internal static class AccountExport
{
    public static Command Create()
    {
        var domain = Arguments.DomainOption("Only the accounts of this domain.");
        var verb = new Command("export", """
            Write the accounts to standard output as CSV, as 'account import' reads them: address, name, password verifier. From a verifier nobody can
            read the password, but weak passwords can be guessed: keep the file as safe as the data directory. Mail is not part of it, nor are
            quotas and the sealed passwords of --legacy-auth.
            """) { domain };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            CsvFile.WriteRow(Console.Out, "address", "name", "password");
            foreach (var account in await store.Accounts.ListAccountsAsync(Arguments.Domain(line, domain), cancellation))
            {
                CsvFile.WriteRow(Console.Out, account.Address.ToString(), account.FullName, account.Verifier ?? "");
            }
        }));
        return verb;
    }
}
