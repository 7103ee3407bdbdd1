import type { DatabaseSync } from 'node:sqlite'

/** Raised when the tables change; a file of another version is refused, never guessed at. */
const SCHEMA_VERSION = 1

/**
 * Prepares an opened file: write-ahead log, durability and tables. Safe when several processes open a new file at once.
 *
 * `synchronous = NORMAL`: with the write-ahead log a commit is in the kernel's page cache when it returns, so it
 * survives `kill -9` of the process. Only a power cut may undo the last commits (never corrupt the file), and that cut
 * also ends every broker, agent and client of this machine. FULL would add an fsync to each commit for that case alone,
 * and while brokers fill the same disk an fsync can hold up this process's only thread for long.
 */
export function prepareDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  database.exec('BEGIN IMMEDIATE')
  try {
    const found = database.prepare('PRAGMA user_version').get()?.user_version
    if (found !== 0 && found !== SCHEMA_VERSION) {
      throw new Error(`the store has schema version ${found}, this program reads ${SCHEMA_VERSION}`)
    }
    database.exec(TABLES)
    database.exec('COMMIT')
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK')
  }
}

/**
 * Text keys compare as UTF-8 bytes (SQLite's BINARY collation), which is DynamoDB's order of sort keys too. AUTOINCREMENT
 * never hands out a cursor twice, even after all changes were trimmed.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS items (
    partition TEXT NOT NULL,
    sort TEXT NOT NULL,
    version INTEGER NOT NULL,
    value TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (partition, sort)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS changes (
    cursor INTEGER PRIMARY KEY AUTOINCREMENT,
    partition TEXT NOT NULL,
    sort TEXT NOT NULL,
    before_version INTEGER,
    before_value TEXT,
    after_version INTEGER,
    after_value TEXT
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`
