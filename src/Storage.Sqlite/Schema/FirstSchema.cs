namespace Merpati.Storage.Sqlite.Schema;

/// <summary>
/// Version 1. Times are milliseconds since 1970 in UTC. Numbers that a reader may still hold (accounts, mailboxes, bodies) are never used twice.
/// </summary>
internal static class FirstSchema
{
    internal const string Sql = """
        -- Counters of the whole store: the last UIDVALIDITY given out, and the last number set apart for a body.
        CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO counter VALUES ('uid_validity', 0), ('body', 0);

        CREATE TABLE domain (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL) STRICT;

        CREATE TABLE account (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            domain_id INTEGER NOT NULL REFERENCES domain (id),
            local_key TEXT NOT NULL,        -- in lower case
            local_part TEXT NOT NULL,       -- as it was written
            full_name TEXT NOT NULL,
            verifier TEXT,
            disabled INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (domain_id, local_key)) STRICT;

        CREATE TABLE mailbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL,
            uid_validity INTEGER NOT NULL,
            uid_next INTEGER NOT NULL,
            highest_modseq INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            octets INTEGER NOT NULL,
            UNIQUE (account_id, name)) STRICT;

        -- A message text, once for all its recipients: id = number of the body * 65536 + number of the chunk, from 0.
        CREATE TABLE body_chunk (id INTEGER PRIMARY KEY, octets BLOB NOT NULL) STRICT;

        -- How often a body is referred to by rows of entry and released. Most have one recipient: once is not written down.
        CREATE TABLE shared_body (id INTEGER PRIMARY KEY, refs INTEGER NOT NULL) STRICT;

        -- A message in a mailbox. What STAT, LIST and UIDL ask is here, beside its neighbours; size counts the trace and the body.
        CREATE TABLE entry (
            mailbox_id INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            body_id INTEGER NOT NULL,
            size INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            internal_date INTEGER NOT NULL,
            trace BLOB NOT NULL,
            PRIMARY KEY (mailbox_id, uid)) STRICT, WITHOUT ROWID;

        -- Work left for the background: references that are gone but still counted, and mailboxes that are gone but not yet emptied.
        CREATE TABLE released (id INTEGER PRIMARY KEY, body_id INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;
        CREATE TABLE removed_mailbox (id INTEGER PRIMARY KEY) STRICT;
        """;
}
