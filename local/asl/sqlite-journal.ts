import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Json } from '../../shared/ports/store.ts'
import type { ExecutionRecord, Journal, JournalEvent } from './journal.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS asl_execution (
    name TEXT PRIMARY KEY,
    state_machine TEXT NOT NULL,
    definition TEXT NOT NULL,
    input TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    end TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS asl_event (
    sequence INTEGER PRIMARY KEY,
    execution TEXT NOT NULL,
    key TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    type TEXT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (execution, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS asl_execution_running ON asl_execution (started_at) WHERE end IS NULL;
`

const json = z.string().transform((text): Json => JSON.parse(text))
const details = z.string().transform((text): JournalEvent['details'] => JSON.parse(text))
const eventRow = z.object({ key: z.string(), timestamp: z.number(), type: z.string(), details })
const executionRow = z.object({
  name: z.string(),
  state_machine: z.string(),
  definition: json,
  input: json,
  started_at: z.number(),
  end: z.string().nullable(),
})

/**
 * A journal in a SQLite database: a file's path, or an open handle that other tables share (its pragmas are then the
 * owner's). Each write is a transaction of its own, so `kill -9` loses nothing that was answered for.
 */
export function createSqliteJournal(database: DatabaseSync | string): Journal {
  const db = typeof database === 'string' ? openFile(database) : database
  db.exec(SCHEMA)
  const insertExecution = db.prepare(
    'INSERT INTO asl_execution (name, state_machine, definition, input, started_at) VALUES (?, ?, ?, ?, ?)',
  )
  const putEvent = db.prepare(
    `INSERT INTO asl_event (execution, key, timestamp, type, details) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (execution, key) DO UPDATE SET timestamp = excluded.timestamp, details = excluded.details`,
  )
  const endExecution = db.prepare('UPDATE asl_execution SET end = ? WHERE name = ?')
  const selectExecution = db.prepare('SELECT * FROM asl_execution WHERE name = ?')
  const selectEvents = db.prepare('SELECT * FROM asl_event WHERE execution = ? ORDER BY sequence')
  const selectRunning = db.prepare('SELECT name FROM asl_execution WHERE end IS NULL ORDER BY started_at, name')

  function record(row: unknown): ExecutionRecord {
    const { name, state_machine, definition, input, started_at, end } = executionRow.parse(row)
    return {
      name,
      stateMachine: state_machine,
      definition,
      input,
      startedAt: started_at,
      ...(end === null ? {} : { end: JSON.parse(end) }),
    }
  }

  return {
    begin: ({ name, stateMachine, definition, input, startedAt }) => {
      insertExecution.run(name, stateMachine, JSON.stringify(definition), JSON.stringify(input), startedAt)
    },
    append: (name, { key, timestamp, type, details }, end) => {
      const put = () => putEvent.run(name, key, timestamp, type, JSON.stringify(details))
      if (end === undefined) put()
      else
        atomically(db, () => {
          put()
          endExecution.run(JSON.stringify(end), name)
        })
    },
    execution: (name) => {
      const row = selectExecution.get(name)
      return row === undefined ? undefined : record(row)
    },
    events: (name) => selectEvents.all(name).map((row) => eventRow.parse(row)),
    running: () => selectRunning.all().map((row) => z.object({ name: z.string() }).parse(row).name),
  }
}

function openFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  if (path !== ':memory:') chmodSync(path, 0o600)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
  return db
}

function atomically(db: DatabaseSync, write: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    write()
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
