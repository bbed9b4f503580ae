/** The file of a SQLite inbox: its tables, and all that is asked of them. Knows no delivery. */
import { configInvalid } from '../errors.js'
import { type Database, isBusy, openDatabase, type Statement } from './sqlite-database.js'

const SCHEMA_VERSION = 1
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting', -- or done, dead
    record TEXT, -- until it is done
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0, -- when to try next; for one in hand, when its lease is over
    lease TEXT, -- of the one that has it in hand
    reason TEXT,
    ended INTEGER,
    UNIQUE (inbox, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (inbox, sequence, due) WHERE status = 'waiting';
  CREATE INDEX IF NOT EXISTS deliveries_ended ON deliveries (inbox, status, ended) WHERE status <> 'waiting';
  CREATE TABLE IF NOT EXISTS state (
    inbox TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    expires INTEGER,
    PRIMARY KEY (inbox, key)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`

const WAITING = "FROM deliveries WHERE inbox = ? AND status = 'waiting' AND sequence NOT IN (SELECT value FROM json_each(?))"
const SQL = {
  // Due at once whatever the clock says, and should it be set back.
  accept: 'INSERT INTO deliveries (inbox, id, record) VALUES (?, ?, ?) ON CONFLICT (inbox, id) DO NOTHING',
  // The oldest first, one that failed before included. Asked for on its own, so that looking needs no lock.
  next: `SELECT sequence ${WAITING} AND due <= ? ORDER BY sequence LIMIT 1`,
  nextDue: `SELECT min(due) AS due ${WAITING}`,
  claim: `UPDATE deliveries SET lease = ?, due = ?, attempts = attempts + 1 WHERE sequence = ? AND status = 'waiting' AND due <= ?
    RETURNING sequence, record, attempts, reason`,
  renew: 'UPDATE deliveries SET due = ? WHERE sequence = ? AND lease = ?',
  done: "UPDATE deliveries SET status = 'done', record = NULL, lease = NULL, ended = ? WHERE sequence = ? AND lease = ?",
  repeat: 'UPDATE deliveries SET lease = NULL, due = ?, reason = ? WHERE sequence = ? AND lease = ?',
  giveUp: "UPDATE deliveries SET status = 'dead', lease = NULL, attempts = ?, reason = ?, ended = ? WHERE sequence = ? AND lease = ?",
  forget: "DELETE FROM deliveries WHERE inbox = ? AND status = 'done' AND ended < ?",
  deadLetters:
    "SELECT record, reason, attempts, ended FROM deliveries WHERE inbox = ? AND status = 'dead' ORDER BY ended DESC, sequence DESC LIMIT ?",
  redeliver: "UPDATE deliveries SET status = 'waiting', attempts = 0, due = 0, ended = NULL WHERE inbox = ? AND id = ? AND status = 'dead'",
  get: 'SELECT value FROM state WHERE inbox = ? AND key = ? AND (expires IS NULL OR expires >= ?)',
  // One that has expired counts as none.
  insert: `INSERT INTO state (inbox, key, value, expires) VALUES (?, ?, ?, ?)
    ON CONFLICT (inbox, key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE state.expires < ?`,
  update: 'UPDATE state SET value = ?, expires = ? WHERE inbox = ? AND key = ? AND value = ? AND (expires IS NULL OR expires >= ?)',
  forgetState: 'DELETE FROM state WHERE inbox = ? AND expires < ?',
} as const

// Until others have opened the file: nothing else is to be done meanwhile.
const OPENING_MS = 10_000
// A call blocks the whole process so long at most while another one writes; whoever has patience calls again.
const BUSY_MS = 20
const MOST_SWITCHES = 100

/** What can be asked, by name. */
export type Statements = { readonly [Name in keyof typeof SQL]: Statement }

/** An open file and what can be asked of it. */
export interface SqliteFile {
  readonly database: Database
  readonly statements: Statements
}

/** Opens the file and makes its tables. Throws `config_invalid` for one of a later version. */
export function openFile(path: string): SqliteFile {
  const database = openDatabase(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${OPENING_MS}`)
    switchToWal(database)
    if (versionOf(database) < SCHEMA_VERSION) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`)
    if (versionOf(database) > SCHEMA_VERSION) throw configInvalid(`${path} was written by a later version of drone-webhooks`)
    // FULL: the sender is answered when the disk has it.
    database.exec(`PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${BUSY_MS}`)
    const statements = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)])
    return { database, statements: Object.fromEntries(statements) as Statements }
  } catch (error) {
    database.close()
    throw error
  }
}

function versionOf(database: Database): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

/** Two that switch a new file at once block each other, and SQLite then gives up at once, whatever its patience. */
function switchToWal(database: Database): void {
  for (let tries = 1; ; tries += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || tries === MOST_SWITCHES) throw error
    }
    // Waits until the other one has written.
    database.exec('BEGIN IMMEDIATE; COMMIT;')
  }
}
