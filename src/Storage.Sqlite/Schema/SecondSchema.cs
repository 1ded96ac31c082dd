namespace Merpati.Storage.Sqlite.Schema;

/// <summary>
/// Version 2: aliases, groups, forwards, quotas, names to search by, sealed passwords, refusals of logins. A key of an address is its local part
/// in lower case, "@" and its domain; beside it stands the address as it was written.
/// </summary>
internal static class SecondSchema
{
    internal const string Sql = """
        ALTER TABLE account ADD COLUMN sealed_secret TEXT;
        ALTER TABLE account ADD COLUMN quota INTEGER;
        ALTER TABLE account ADD COLUMN accepts_terminal INTEGER NOT NULL DEFAULT 1;
        CREATE INDEX account_local ON account (local_key);

        ALTER TABLE domain ADD COLUMN catch_all TEXT;
        ALTER TABLE domain ADD COLUMN quota INTEGER;
        ALTER TABLE domain ADD COLUMN account_quota INTEGER;
        ALTER TABLE domain ADD COLUMN octets INTEGER NOT NULL DEFAULT 0; -- counted only while there is a quota, 0 otherwise

        CREATE TRIGGER mailbox_made AFTER INSERT ON mailbox WHEN new.octets <> 0 BEGIN
            UPDATE domain SET octets = octets + new.octets
            WHERE id = (SELECT domain_id FROM account WHERE id = new.account_id) AND quota IS NOT NULL;
        END;
        CREATE TRIGGER mailbox_changed AFTER UPDATE OF octets ON mailbox WHEN new.octets <> old.octets BEGIN
            UPDATE domain SET octets = octets + new.octets - old.octets
            WHERE id = (SELECT domain_id FROM account WHERE id = new.account_id) AND quota IS NOT NULL;
        END;
        CREATE TRIGGER mailbox_removed AFTER DELETE ON mailbox WHEN old.octets <> 0 BEGIN
            UPDATE domain SET octets = octets - old.octets
            WHERE id = (SELECT domain_id FROM account WHERE id = old.account_id) AND quota IS NOT NULL;
        END;

        -- The name of an account (rank 0) and its words (rank 1), folded by NameWords.
        CREATE TABLE name_word (
            word TEXT NOT NULL,
            rank INTEGER NOT NULL,
            account_id INTEGER NOT NULL REFERENCES account (id),
            PRIMARY KEY (word, rank, account_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX name_word_account ON name_word (account_id);

        -- An address that leads elsewhere. kind: 2 alias, 3 group, 4 forward; mode: 0 forward, 1 tell, 2 silent, for forwards only.
        CREATE TABLE redirect (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            domain_id INTEGER NOT NULL REFERENCES domain (id),
            local_key TEXT NOT NULL,
            local_part TEXT NOT NULL,
            kind INTEGER NOT NULL,
            mode INTEGER,
            created_at INTEGER NOT NULL,
            UNIQUE (domain_id, local_key)) STRICT;

        -- Where it leads: the targets of an alias, the members of a group, the one new address of a forward.
        CREATE TABLE redirect_target (
            redirect_id INTEGER NOT NULL REFERENCES redirect (id),
            target_key TEXT NOT NULL,
            target TEXT NOT NULL,
            PRIMARY KEY (redirect_id, target_key)) STRICT, WITHOUT ROWID;
        CREATE INDEX redirect_target_key ON redirect_target (target_key);

        -- What a group has besides; policy: 0 anyone, 1 members, 2 named.
        CREATE TABLE mail_group (
            id INTEGER PRIMARY KEY REFERENCES redirect (id),
            name TEXT NOT NULL,
            policy INTEGER NOT NULL,
            shows_members INTEGER NOT NULL,
            members INTEGER NOT NULL) STRICT;
        CREATE TABLE group_poster (
            group_id INTEGER NOT NULL REFERENCES mail_group (id),
            poster_key TEXT NOT NULL,
            poster TEXT NOT NULL,
            PRIMARY KEY (group_id, poster_key)) STRICT, WITHOUT ROWID;

        -- Refusals of logins; the number rises with each, so that the oldest beyond the bound are found at once. scope: 0 address, 1 network, 2 account.
        CREATE TABLE throttle (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            scope INTEGER NOT NULL,
            key TEXT NOT NULL,
            failures INTEGER NOT NULL,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL,
            UNIQUE (scope, key)) STRICT;
        CREATE INDEX throttle_until ON throttle (until);
        CREATE TABLE owner_address (
            account_id INTEGER NOT NULL REFERENCES account (id),
            address_key TEXT NOT NULL,
            seen_at INTEGER NOT NULL,
            PRIMARY KEY (account_id, address_key)) STRICT, WITHOUT ROWID;

        -- Counts the changes to where addresses lead, so that what was worked out from them holds while the count stays. By triggers: no change can forget it.
        INSERT INTO counter VALUES ('directory', 0);
        CREATE TRIGGER directory_domain_added AFTER INSERT ON domain BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_domain_removed AFTER DELETE ON domain BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_domain_set AFTER UPDATE OF catch_all ON domain BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_account_added AFTER INSERT ON account BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_account_removed AFTER DELETE ON account BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_account_shut AFTER UPDATE OF disabled ON account BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_redirect_added AFTER INSERT ON redirect BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_redirect_removed AFTER DELETE ON redirect BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_redirect_set AFTER UPDATE ON redirect BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_target_added AFTER INSERT ON redirect_target BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_target_removed AFTER DELETE ON redirect_target BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        CREATE TRIGGER directory_target_set AFTER UPDATE ON redirect_target BEGIN UPDATE counter SET value = value + 1 WHERE name = 'directory'; END;
        """;
}
