namespace Merpati.Storage.Sqlite.Schema;

/// <summary>Version 4: how long messages stay in an inbox, and what is collected from other servers.</summary>
internal static class FourthSchema
{
    internal const string Sql = """
        -- Days, 2147483647 for ever, NULL when nothing is said.
        ALTER TABLE account ADD COLUMN keep_days INTEGER;
        ALTER TABLE domain ADD COLUMN keep_days INTEGER;

        -- A maildrop on another server. leaves: 0 keep, 1 delete; tls: 0 verified, 1 unverified, 2 none; run_every in milliseconds; run_*: how the last run went.
        CREATE TABLE collect_source (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL REFERENCES account (id),
            server TEXT NOT NULL,
            leaves INTEGER NOT NULL,
            tls INTEGER NOT NULL,
            sealed_password TEXT,
            run_every INTEGER,
            run_at INTEGER,
            run_messages INTEGER,
            run_failure TEXT,
            collected INTEGER NOT NULL DEFAULT 0,
            UNIQUE (account_id, server)) STRICT;

        -- What has been collected from a source, by the unique-id that it has there.
        CREATE TABLE collected (
            source_id INTEGER NOT NULL,
            unique_id TEXT NOT NULL,
            PRIMARY KEY (source_id, unique_id)) STRICT, WITHOUT ROWID;

        -- Work left for the background: sources that are gone, whose rows of collected are still there.
        CREATE TABLE removed_source (id INTEGER PRIMARY KEY) STRICT;
        """;
}
