using System.CommandLine;
using System.Text;
using Merpati.Auth.Passwords;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Cli;

/// <summary><c>account import FILE.csv</c>: many accounts at once. Each row stands for itself: those that can be added are.</summary>
internal static class AccountImport
{
    private const int RowsAtOnce = 64;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE.csv") { Description = "Rows of address, name, password or ready verifier. A first row \"address,name,password\" is passed over." };
        var verb = new Command("import", """
            Add the accounts of a CSV file (RFC 4180, UTF-8). The third column is a password, or a verifier that begins with SCRAM-SHA-256$, as
            PostgreSQL keeps them too; when it is empty the account gets no password. What could not be added is told with its line, and the
            exit status is 1 then; the rest is added all the same.
            """) { file };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var rows = Read(line.GetRequiredValue(file));
            var iterations = GlobalOptions.Settings(line).Get(LoginSettings.Iterations);
            using var progress = new ProgressLine("importing", TimeProvider.System);
            var done = 0;
            foreach (var part in rows.Chunk(RowsAtOnce))
            {
                var accounts = await HashAsync(part, iterations, () => progress.Report((double)Interlocked.Increment(ref done) / rows.Count), cancellation);
                var outcomes = await store.Accounts.AddAccountsAsync(accounts, cancellation);
                for (var i = 0; i < part.Length; i++)
                {
                    if (AccountVerb.Explain(outcomes[i], accounts[i].Address) is { } refusal) part[i].Fault = refusal;
                }
            }

            progress.Dispose();
            CsvFile.Report("accounts", rows.Count, rows.Where(row => row.Fault is not null).Select(row => (row.Line, row.Fault!)).ToList());
        }));
        return verb;
    }

    private static List<Row> Read(FileInfo file)
    {
        var rows = CsvFile.Read(file, "address").ConvertAll(row => Row.Read(row.Line, row.Fields));
        CsvFile.RefuseFor(file, rows.Select(row => (row.Line, row.Account is null ? row.Fault : null)));
        return rows;
    }

    private static Task<NewAccount[]> HashAsync(Row[] rows, int iterations, Action done, CancellationToken cancellation) => Task.Run(() =>
    {
        var accounts = new NewAccount[rows.Length];
        Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var row = rows[i];
            accounts[i] = row.Password is null ? row.Account! : row.Account! with { Verifier = new GivenPassword(row.Password, Generated: false).ToVerifier(iterations) };
            done();
        });
        return accounts;
    }, cancellation);

    private sealed class Row
    {
        public required long Line { get; init; }

        public NewAccount? Account { get; private init; }

        public string? Password { get; private init; }

        public string? Fault { get; set; }

        public static Row Read(long line, string[] fields)
        {
            if (fields.Length is < 1 or > 3) return new Row { Line = line, Fault = "a row has the fields address, name, password" };
            if (!EmailAddress.TryParse(fields[0], out var address)) return new Row { Line = line, Fault = $"\"{ControlText.Escape(fields[0])}\" is not an address" };
            var name = fields.Length > 1 ? fields[1] : "";
            var secret = fields.Length > 2 ? fields[2] : "";
            if (secret.Length == 0) return new Row { Line = line, Account = new NewAccount(address, name, null) };
            if (PasswordVerifier.TryParse(secret, out var verifier)) return new Row { Line = line, Account = new NewAccount(address, name, verifier.ToString()) };
            if (secret.StartsWith("SCRAM-", StringComparison.Ordinal)) return new Row { Line = line, Fault = "the verifier is malformed or of a scheme that is not known here" };
            if (Encoding.UTF8.GetByteCount(secret) > PasswordVerifier.MaxPasswordOctets) return new Row { Line = line, Fault = "the password is too long" };
            return new Row { Line = line, Account = new NewAccount(address, name, null), Password = secret };
        }
    }
}
