-- A store of version 3, as the program of that version left it: sqlite3 merpati.db .dump
PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES('body',1000);
INSERT INTO counter VALUES('directory',16);
INSERT INTO counter VALUES('uid_validity',1795346757);
CREATE TABLE domain (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL, catch_all TEXT, quota INTEGER, account_quota INTEGER, octets INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO domain VALUES(1,'example.org',1795346754382,NULL,NULL,524288000,0);
INSERT INTO domain VALUES(2,'zoo.example',1795346754536,NULL,NULL,NULL,0);
CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id INTEGER NOT NULL REFERENCES domain (id),
    local_key TEXT NOT NULL,        -- in lower case
    local_part TEXT NOT NULL,       -- as it was written
    full_name TEXT NOT NULL,
    verifier TEXT,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL, sealed_secret TEXT, quota INTEGER, accepts_terminal INTEGER NOT NULL DEFAULT 1,
    UNIQUE (domain_id, local_key)) STRICT;
INSERT INTO account VALUES(1,1,'ann','ann','Name of ann@example.org','SCRAM-SHA-256$600000:7Z8VXZDLNdkQx5J12/C9cg==$aRwnx/dc/ZutkdgS5MK3BPRIFiFKGGBrkfJV7LLvlhY=:o/XWdoOU19su4uy+Ofh1juPMn8n9vO30a1dF7Nu/3+Q=',0,1795346754903,NULL,NULL,1);
INSERT INTO account VALUES(2,1,'bob','bob','Name of bob@example.org','SCRAM-SHA-256$600000:ziq8KE266USRgTPg/jtC5A==$MWtBr3QIdjaRGsG4O7o+483bAXjkbyOXDalTq7dc6mc=:3r/C9FOkGH6v5GOoJVrGuPEK7XJyocST6fYP9KCUUl0=',0,1795346755158,NULL,2147483648,0);
INSERT INTO account VALUES(3,2,'carl','carl','Name of carl@zoo.example','SCRAM-SHA-256$600000:8FKQ3DjD6qLxRiv4hiOzFg==$m7DvI/hm+TIn8/vWDWycrdGxploZbtUTepuAU9UHILo=:aB2A5TFD23eAmzxTEi69eWsYVFfPeZ6vtv7jCr2oMZo=',1,1795346755418,NULL,NULL,1);
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
INSERT INTO mailbox VALUES(1,1,'INBOX',1795346754,3,3,2,390);
INSERT INTO mailbox VALUES(2,2,'INBOX',1795346755,4,4,3,685);
INSERT INTO mailbox VALUES(3,3,'INBOX',1795346756,1,1,0,0);
CREATE TABLE body_chunk (id INTEGER PRIMARY KEY, octets BLOB NOT NULL) STRICT;
INSERT INTO body_chunk VALUES(65536,X'52656365697665643a2066726f6d20636c69656e742e6578616d706c6520285b3132372e302e302e315d290d0a09627920766d20284d6572706174692920776974682045534d545020696420303338473330363039523030303b0d0a0953756e2c203232204e6f7620323032362031313a32353a3539202b303030300d0a5375626a6563743a206f6e650d0a0d0a48656c6c6f0d0a');
INSERT INTO body_chunk VALUES(131072,X'52656365697665643a2066726f6d20636c69656e742e6578616d706c6520285b3132372e302e302e315d290d0a09627920766d20284d6572706174692920776974682045534d545020696420303338473330363043383030300d0a09666f72203c616e6e406578616d706c652e6f72673e3b0d0a0953756e2c203232204e6f7620323032362031313a32353a3539202b303030300d0a5375626a6563743a2074776f0d0a0d0a48656c6c6f0d0a');
INSERT INTO body_chunk VALUES(196608,X'52656365697665643a2066726f6d20636c69656e742e6578616d706c6520285b3132372e302e302e315d290d0a09627920766d20284d6572706174692920776974682045534d545020696420303338473330363043453030300d0a09666f72203c626f62406578616d706c652e6f72673e3b0d0a0953756e2c203232204e6f7620323032362031313a32353a3539202b303030300d0a5375626a6563743a2074687265650d0a0d0a48656c6c6f0d0a');
INSERT INTO body_chunk VALUES(262144,X'52656365697665643a2066726f6d20636c69656e742e6578616d706c6520285b3132372e302e302e315d290d0a09627920766d20284d6572706174692920776974682045534d54504120696420303338473330363058343030303b0d0a0953756e2c203232204e6f7620323032362031313a32363a3030202b303030300d0a446174653a2053756e2c203232204e6f7620323032362031313a32363a3030202b303030300d0a4d6573736167652d49443a203c303338473330363058343030302e3838666536346664396234396231623540766d3e0d0a46726f6d3a20616e6e406578616d706c652e6f72670d0a5375626a6563743a20666f75720d0a0d0a417761790d0a');
CREATE TABLE shared_body (id INTEGER PRIMARY KEY, refs INTEGER NOT NULL) STRICT;
INSERT INTO shared_body VALUES(1,3);
INSERT INTO shared_body VALUES(4,2);
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
INSERT INTO entry VALUES(1,1,1,183,0,2,1795346759836,X'52657475726e2d506174683a203c7340666f726569676e2e6578616d706c653e0d0a');
INSERT INTO entry VALUES(1,2,2,207,0,3,1795346759876,X'52657475726e2d506174683a203c7340666f726569676e2e6578616d706c653e0d0a');
INSERT INTO entry VALUES(2,1,1,183,0,2,1795346759836,X'52657475726e2d506174683a203c7340666f726569676e2e6578616d706c653e0d0a');
INSERT INTO entry VALUES(2,2,3,209,0,3,1795346759879,X'52657475726e2d506174683a203c7340666f726569676e2e6578616d706c653e0d0a');
INSERT INTO entry VALUES(2,3,4,293,0,4,1795346760146,X'52657475726e2d506174683a203c616e6e406578616d706c652e6f72673e0d0a');
INSERT INTO entry VALUES(4,1,1,183,0,2,1795346759836,X'52657475726e2d506174683a203c7340666f726569676e2e6578616d706c653e0d0a');
CREATE TABLE released (id INTEGER PRIMARY KEY, body_id INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;
CREATE TABLE removed_mailbox (id INTEGER PRIMARY KEY) STRICT;
INSERT INTO removed_mailbox VALUES(4);
CREATE TABLE name_word (
    word TEXT NOT NULL,
    rank INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (word, rank, account_id)) STRICT, WITHOUT ROWID;
INSERT INTO name_word VALUES('ann',1,1);
INSERT INTO name_word VALUES('example',1,1);
INSERT INTO name_word VALUES('name',1,1);
INSERT INTO name_word VALUES('name of ann@example.org',0,1);
INSERT INTO name_word VALUES('of',1,1);
INSERT INTO name_word VALUES('org',1,1);
INSERT INTO name_word VALUES('bob',1,2);
INSERT INTO name_word VALUES('example',1,2);
INSERT INTO name_word VALUES('name',1,2);
INSERT INTO name_word VALUES('name of bob@example.org',0,2);
INSERT INTO name_word VALUES('of',1,2);
INSERT INTO name_word VALUES('org',1,2);
INSERT INTO name_word VALUES('carl',1,3);
INSERT INTO name_word VALUES('example',1,3);
INSERT INTO name_word VALUES('name',1,3);
INSERT INTO name_word VALUES('name of carl@zoo.example',0,3);
INSERT INTO name_word VALUES('of',1,3);
INSERT INTO name_word VALUES('zoo',1,3);
CREATE TABLE redirect (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id INTEGER NOT NULL REFERENCES domain (id),
    local_key TEXT NOT NULL,
    local_part TEXT NOT NULL,
    kind INTEGER NOT NULL,
    mode INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (domain_id, local_key)) STRICT;
INSERT INTO redirect VALUES(1,1,'sales','sales',2,NULL,1795346755911);
INSERT INTO redirect VALUES(2,1,'all','all',3,NULL,1795346756056);
INSERT INTO redirect VALUES(3,1,'old','old',4,0,1795346756183);
CREATE TABLE redirect_target (
    redirect_id INTEGER NOT NULL REFERENCES redirect (id),
    target_key TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (redirect_id, target_key)) STRICT, WITHOUT ROWID;
INSERT INTO redirect_target VALUES(1,'ann@example.org','ann@example.org');
INSERT INTO redirect_target VALUES(2,'ann@example.org','ann@example.org');
INSERT INTO redirect_target VALUES(2,'carl@zoo.example','carl@zoo.example');
INSERT INTO redirect_target VALUES(3,'x@foreign.example','x@foreign.example');
CREATE TABLE mail_group (
    id INTEGER PRIMARY KEY REFERENCES redirect (id),
    name TEXT NOT NULL,
    policy INTEGER NOT NULL,
    shows_members INTEGER NOT NULL,
    members INTEGER NOT NULL) STRICT;
INSERT INTO mail_group VALUES(2,'All',0,1,2);
CREATE TABLE group_poster (
    group_id INTEGER NOT NULL REFERENCES mail_group (id),
    poster_key TEXT NOT NULL,
    poster TEXT NOT NULL,
    PRIMARY KEY (group_id, poster_key)) STRICT, WITHOUT ROWID;
CREATE TABLE throttle (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope INTEGER NOT NULL,
    key TEXT NOT NULL,
    failures INTEGER NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    UNIQUE (scope, key)) STRICT;
CREATE TABLE owner_address (
    account_id INTEGER NOT NULL REFERENCES account (id),
    address_key TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, address_key)) STRICT, WITHOUT ROWID;
INSERT INTO owner_address VALUES(1,'127.0.0.1',1795346760131);
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
INSERT INTO sending VALUES(1,117659845272928256,4,261,1795346760146,'ann@example.org','ann@example.org',0,0,0,0,NULL,X'');
CREATE TABLE queue_tally (
    id INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    last_reply TEXT NOT NULL,       -- empty before the first attempt
    recipients INTEGER NOT NULL,
    UNIQUE (destination, last_reply)) STRICT;
INSERT INTO queue_tally VALUES(2,'127.0.0.1:1','the connection was refused',1);
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
INSERT INTO queued_recipient VALUES(1,1,2,'127.0.0.1:1',0,1795347031199,1,0,'x@foreign.example','x@foreign.example',NULL,NULL,NULL);
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
INSERT INTO attempt VALUES(117659845272928256,1,1,0,1795346760230,1,'x@foreign.example','[127.0.0.1]','127.0.0.1:1','','4.4.1','the connection was refused');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('domain',2);
INSERT INTO sqlite_sequence VALUES('account',4);
INSERT INTO sqlite_sequence VALUES('mailbox',4);
INSERT INTO sqlite_sequence VALUES('redirect',3);
INSERT INTO sqlite_sequence VALUES('sending',1);
INSERT INTO sqlite_sequence VALUES('queued_recipient',1);
CREATE INDEX account_local ON account (local_key);
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
CREATE INDEX name_word_account ON name_word (account_id);
CREATE INDEX redirect_target_key ON redirect_target (target_key);
CREATE INDEX throttle_until ON throttle (until);
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
CREATE INDEX sending_queue_id ON sending (queue_id);
CREATE INDEX sending_reverse ON sending (reverse_key);
CREATE INDEX queue_tally_recipients ON queue_tally (recipients);
CREATE INDEX queued_recipient_due ON queued_recipient (state, due_at, destination);
CREATE INDEX queued_recipient_turn ON queued_recipient (state, destination, due_at, sending_id);
CREATE INDEX queued_recipient_sending ON queued_recipient (sending_id, state, destination, due_at);
CREATE INDEX queued_recipient_tally ON queued_recipient (tally_id);
CREATE INDEX queued_recipient_address ON queued_recipient (address_key);
CREATE INDEX queued_recipient_destination ON queued_recipient (destination);
CREATE INDEX attempt_gone ON attempt (at) WHERE gone = 1;
COMMIT;
PRAGMA application_id = 1297240148; PRAGMA user_version = 3;
