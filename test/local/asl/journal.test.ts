import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { createMemoryJournal, type Journal } from '../../../local/asl/journal.ts'
import { createSqliteJournal } from '../../../local/asl/sqlite-journal.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'weir-journal-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const start = (name: string, startedAt = 1) => ({
  name,
  stateMachine: 'm',
  definition: { a: [1] },
  input: null,
  startedAt,
})
const event = (key: string, details = {}) => ({ key, timestamp: 5, type: 'T', details })

describe.each<[string, () => Journal]>([
  ['memory', createMemoryJournal],
  ['a SQLite file', () => createSqliteJournal(path.join(folder, `${files++}.sqlite`))],
  ['an open SQLite handle', () => createSqliteJournal(new DatabaseSync(':memory:'))],
])('a journal in %s', (_, create) => {
  test('gives back what was begun and appended, in order', () => {
    const journal = create()
    journal.begin(start('x'))
    journal.append('x', event('b', { n: 1 }))
    journal.append('x', event('a', { list: [null, 'ü'] }))
    expect(journal.execution('x')).toEqual(start('x'))
    expect(journal.events('x')).toEqual([event('b', { n: 1 }), event('a', { list: [null, 'ü'] })])
  })

  test('replaces the event of the same key in its place', () => {
    const journal = create()
    journal.begin(start('x'))
    journal.append('x', event('a', { n: 1 }))
    journal.append('x', event('b'))
    journal.append('x', { ...event('a', { n: 2 }), timestamp: 9 })
    expect(journal.events('x')).toEqual([{ ...event('a', { n: 2 }), timestamp: 9 }, event('b')])
  })

  test('lists executions as running, oldest first, until their end is written', () => {
    const journal = create()
    journal.begin(start('young', 3))
    journal.begin(start('old', 2))
    journal.begin(start('ended', 1))
    const end = { type: 'ExecutionSucceeded', output: { done: true }, endedAt: 7 } as const
    journal.append('ended', event('end'), end)
    expect(new Set(journal.running())).toEqual(new Set(['old', 'young']))
    expect(journal.execution('ended')?.end).toEqual(end)
  })

  test('refuses a second execution of one name and knows nothing of others', () => {
    const journal = create()
    journal.begin(start('x'))
    expect(() => journal.begin(start('x'))).toThrow()
    expect(journal.execution('y')).toBeUndefined()
    expect(journal.events('y')).toEqual([])
  })
})
