/** One step of the schema's history. Never changed once released: a new step is added instead. */
export interface Migration {
  /** Counts from 1 without gaps; the store's `schemaVersion` is that of its last migration. */
  readonly version: number;
  /** Statements that bring a store of the version before to this one. */
  readonly sql: string;
}

/** The schema as its history. A blank flash gets all of it in one transaction. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    // Each table is parsed again at every boot, so there are few. Ids of users are never given
    // out twice (AUTOINCREMENT): what was made out to a removed user must not fit a new one.
    sql: `
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  password_kind TEXT NOT NULL CHECK (password_kind IN ('default', 'argon2id')),
  password_hash TEXT CHECK ((password_kind = 'default') = (password_hash IS NULL)),
  disabled_from_ms INTEGER,
  session_epoch INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE user_groups (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE group_members (
  group_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE shares (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  directory TEXT NOT NULL
) STRICT;
CREATE TABLE share_rights (
  share_id INTEGER NOT NULL,
  holder TEXT NOT NULL CHECK (holder IN ('user', 'group')),
  holder_id INTEGER NOT NULL,
  access TEXT NOT NULL CHECK (access IN ('none', 'read', 'write')),
  PRIMARY KEY (share_id, holder, holder_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE event_log (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  category TEXT NOT NULL,
  user TEXT,
  address TEXT,
  text TEXT NOT NULL
) STRICT;
INSERT INTO users (id, name, name_key, password_kind) VALUES (1, 'admin', 'admin', 'default');
INSERT INTO user_groups VALUES (1, 'administrators', 'administrators'), (2, 'everyone', 'everyone');
INSERT INTO group_members VALUES (1, 1);
INSERT INTO shares VALUES (1, 'Public', 'public', 'Public');
INSERT INTO share_rights VALUES (1, 'group', 1, 'write'), (1, 'group', 2, 'write');
`,
  },
  {
    version: 2,
    // One row a user who has 2-step verification, so that a sign-in changes one page of it.
    sql: `
CREATE TABLE two_step (
  user_id INTEGER PRIMARY KEY,
  sealed_secret BLOB NOT NULL,
  used_steps TEXT NOT NULL,
  recovery_codes BLOB NOT NULL,
  question INTEGER CHECK (question BETWEEN 1 AND 4),
  question_text TEXT,
  answer_hash TEXT CHECK ((question IS NULL) = (answer_hash IS NULL)),
  wrong_codes INTEGER NOT NULL DEFAULT 0,
  wrong_answers INTEGER NOT NULL DEFAULT 0,
  wait_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE two_step_enforced (
  holder TEXT NOT NULL CHECK (holder IN ('user', 'group')),
  holder_id INTEGER NOT NULL,
  PRIMARY KEY (holder, holder_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE remembered_devices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  session_epoch INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  application TEXT NOT NULL,
  address TEXT NOT NULL,
  remembered_at_ms INTEGER NOT NULL,
  expires_ms INTEGER
) STRICT;
CREATE TABLE secret_salt (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  salt BLOB NOT NULL
) STRICT;
`,
  },
  {
    version: 3,
    // What is to be mailed is sealed like a secret: it may hold a code.
    sql: `
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE two_step ADD COLUMN email TEXT;
CREATE TABLE mail_accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  port INTEGER NOT NULL,
  security TEXT NOT NULL CHECK (security IN ('none', 'starttls', 'tls')),
  sender TEXT NOT NULL,
  user TEXT,
  sealed_password BLOB,
  is_default INTEGER NOT NULL CHECK (is_default IN (0, 1))
) STRICT;
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sealed BLOB NOT NULL,
  queued_at_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE login_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  session_epoch INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  client_id TEXT NOT NULL,
  application TEXT NOT NULL,
  address TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  expires_ms INTEGER
) STRICT;
`,
  },
  {
    version: 4,
    // Since when the password is surely the present one; NULL: nobody knows (yet).
    sql: `
ALTER TABLE users ADD COLUMN password_since_ms INTEGER;
ALTER TABLE users ADD COLUMN password_age_told INTEGER NOT NULL DEFAULT 0;
`,
  },
];
