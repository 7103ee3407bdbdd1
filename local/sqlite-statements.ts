import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Every statement of the SQLite store, prepared once. */
export interface Statements {
  readonly stored: StatementSync
  readonly put: StatementSync
  readonly remove: StatementSync
  readonly expired: StatementSync
  readonly queryAscending: StatementSync
  readonly queryDescending: StatementSync
  readonly addChange: StatementSync
  readonly changesAfter: StatementSync
  readonly lastCursor: StatementSync
  readonly trim: StatementSync
}

/** Sorts behind every text that begins with the prefix: the byte 0xFF occurs nowhere in UTF-8. */
const PREFIX_END = "($prefix || CAST(x'ff' AS TEXT))"

/**
 * Prepares all statements. Both queries are one range search on the primary key: their cost is that of the page, not of
 * the partition.
 */
export function prepareStatements(database: DatabaseSync): Statements {
  const columns = 'partition, sort, version, value, expires_at'
  const live = '(expires_at IS NULL OR expires_at > $now)'
  return {
    stored: database.prepare(`SELECT ${columns} FROM items WHERE partition = ? AND sort = ?`),
    put: database.prepare(
      `INSERT INTO items (${columns}) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       version = excluded.version, value = excluded.value, expires_at = excluded.expires_at`,
    ),
    remove: database.prepare('DELETE FROM items WHERE partition = ? AND sort = ?'),
    expired: database.prepare(`SELECT ${columns} FROM items WHERE expires_at <= ? ORDER BY expires_at LIMIT ?`),
    queryAscending: database.prepare(
      `SELECT ${columns} FROM items WHERE partition = $partition
       AND sort >= max($prefix, $after) AND sort <> $after AND sort < ${PREFIX_END}
       AND ${live} ORDER BY sort LIMIT $limit`,
    ),
    queryDescending: database.prepare(
      `SELECT ${columns} FROM items WHERE partition = $partition
       AND sort >= $prefix AND sort < min(${PREFIX_END}, coalesce($after, ${PREFIX_END}))
       AND ${live} ORDER BY sort DESC LIMIT $limit`,
    ),
    addChange: database.prepare(
      `INSERT INTO changes (partition, sort, before_version, before_value, after_version, after_value)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    changesAfter: database.prepare('SELECT * FROM changes WHERE cursor > ? ORDER BY cursor LIMIT ?'),
    lastCursor: database.prepare('SELECT max(cursor) AS cursor FROM changes'),
    trim: database.prepare('DELETE FROM changes WHERE cursor <= (SELECT max(cursor) FROM changes) - ?'),
  }
}
