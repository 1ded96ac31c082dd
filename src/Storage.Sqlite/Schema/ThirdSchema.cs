namespace Merpati.Storage.Sqlite.Schema;

/// <summary>Version 3: what waits for other hosts (docs/queue-states.md), and what was tried.</summary>
internal static class ThirdSchema
{
    internal const string Sql = """
        -- A message on its way to other hosts; it goes with its last recipient. It is one reference to its body, beside those of entry and released.
        -- reverse_path: without brackets, empty for the null path; reverse_key: the same in lower case. size counts the trace and the body.
        -- body_type: 0 7bit, 1 8bitmime, 2 binarymime; return_content: 0 unstated, 1 full, 2 headers.
        CREATE TABLE sending (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            queue_id INTEGER NOT NULL,
            body_id INTEGER NOT NULL,
            size INTEGER NOT NULL,
            accepted_at INTEGER NOT NULL,
            reverse_key TEXT NOT NULL,
            reverse_path TEXT NOT NULL,
            body_type INTEGER NOT NULL,
            eight_bit INTEGER NOT NULL,
            internationalized INTEGER NOT NULL,
            return_content INTEGER NOT NULL,
            envelope_id TEXT,
            trace BLOB NOT NULL) STRICT;
        CREATE INDEX sending_queue_id ON sending (queue_id);
        CREATE INDEX sending_reverse ON sending (reverse_key);

        -- How many recipients have the same destination and the same last reply, which is kept here once for all of them; none without any.
        CREATE TABLE queue_tally (
            id INTEGER PRIMARY KEY,
            destination TEXT NOT NULL,
            last_reply TEXT NOT NULL,       -- empty before the first attempt
            recipients INTEGER NOT NULL,
            UNIQUE (destination, last_reply)) STRICT;
        CREATE INDEX queue_tally_recipients ON queue_tally (recipients);

        -- A recipient of a sending; put in right after it, so that both numbers ascend together.
        -- state: 0 waiting, 1 claimed, 2 held; due_at: when it is due, of a claimed one when its lease ends. notify: NULL when nothing was said.
        CREATE TABLE queued_recipient (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sending_id INTEGER NOT NULL REFERENCES sending (id),
            tally_id INTEGER NOT NULL REFERENCES queue_tally (id),
            destination TEXT NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            delay_told INTEGER NOT NULL,
            address_key TEXT NOT NULL,
            address TEXT NOT NULL,
            notify INTEGER,
            original_type TEXT,
            original_address TEXT) STRICT;
        CREATE INDEX queued_recipient_due ON queued_recipient (state, due_at, destination);
        CREATE INDEX queued_recipient_turn ON queued_recipient (state, destination, due_at, sending_id);
        CREATE INDEX queued_recipient_sending ON queued_recipient (sending_id, state, destination, due_at);
        CREATE INDEX queued_recipient_tally ON queued_recipient (tally_id);
        CREATE INDEX queued_recipient_address ON queued_recipient (address_key);
        CREATE INDEX queued_recipient_destination ON queued_recipient (destination);

        -- A try for one recipient, counted from 1; outcome: 0 delivered, 1 deferred, 2 failed. gone: whether the recipient has left the queue.
        CREATE TABLE attempt (
            queue_id INTEGER NOT NULL,
            recipient_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            gone INTEGER NOT NULL,
            at INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            recipient TEXT NOT NULL,
            host TEXT NOT NULL,
            address TEXT NOT NULL,
            tls TEXT NOT NULL,
            status TEXT NOT NULL,
            reply TEXT NOT NULL,
            PRIMARY KEY (queue_id, recipient_id, number)) STRICT, WITHOUT ROWID;
        CREATE INDEX attempt_gone ON attempt (at) WHERE gone = 1;
        """;
}
