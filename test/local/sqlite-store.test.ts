import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import { describeStore } from '../contract/store-contract.ts'
import { conflictOf, item, key, type OpenStore, openForTest, putAll, readFeed } from '../contract/store-fixture.ts'

const openInMemory: OpenStore = async (clock) => {
  const store = openSqliteStore(':memory:', { clock })
  return { store, close: store.close }
}

const openInFile: OpenStore = async (clock) => {
  const folder = temporaryFolder()
  const store = openSqliteStore(join(folder, 'state', 'weir.db'), { clock })
  return { store, close: store.close }
}

describeStore('SQLite store in memory', openInMemory, { randomRuns: 300 })
describeStore('SQLite store in a file', openInFile, { randomRuns: 10 })

describe('SQLite store', () => {
  const clock = { now: () => Date.UTC(2026, 0, 1) }

  it('keeps items, versions and the feed when it is closed and opened again', async () => {
    const path = join(temporaryFolder(), 'weir.db')
    const first = openSqliteStore(path, { clock })
    await putAll(first, [key('a')], 'kept')
    const { cursor } = await readFeed(first, 1)
    await first.transact([{ ...key('a'), put: 'changed', guard: { version: 1 } }])
    first.close()

    const second = openSqliteStore(path, { clock })
    onTestFinished(second.close)
    expect(await second.get(key('a'))).toEqual(item(key('a'), 2, 'changed'))
    const { changes } = await readFeed(second, 1, { cursor })
    expect(changes.map(({ after }) => after?.version)).toEqual([2])
  })

  it('lets only its owner read the file', () => {
    const path = join(temporaryFolder(), 'weir.db')
    onTestFinished(openSqliteStore(path, { clock }).close)
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600)
  })

  it('shows the commits of one connection to another at once, and refuses its stale writes', async () => {
    const path = join(temporaryFolder(), 'weir.db')
    const [one, other] = [openSqliteStore(path, { clock }), openSqliteStore(path, { clock })]
    onTestFinished(one.close)
    onTestFinished(other.close)
    await putAll(one, [key('a')], 'from one')
    expect(await other.get(key('a'))).toEqual(item(key('a'), 1, 'from one'))
    await other.transact([{ ...key('a'), put: 'from other', guard: { version: 1 } }])
    const conflict = await conflictOf(one.transact([{ ...key('a'), put: 'stale', guard: { version: 1 } }]))
    expect(conflict.failed).toEqual([{ key: key('a'), current: item(key('a'), 2, 'from other') }])
  })

  it('wakes listeners after each commit, and neither after a conflict nor once they left', async () => {
    const store = openSqliteStore(':memory:', { clock })
    onTestFinished(store.close)
    const seen: (number | undefined)[] = []
    const leave = store.onChange(async () => {
      seen.push((await store.get(key('a')))?.version)
    })
    await putAll(store, [key('a')])
    await setImmediate()
    await conflictOf(store.transact([{ ...key('a'), put: 1, guard: 'absent' }]))
    await setImmediate()
    await store.transact([{ ...key('a'), put: 1, guard: { version: 1 } }])
    await setImmediate()
    leave()
    await store.transact([{ ...key('a'), put: 1, guard: { version: 2 } }])
    await setImmediate()
    expect(seen).toEqual([1, 2])
  })

  it('keeps the newest changes and tells a reader that fell behind them', async () => {
    const store = openSqliteStore(':memory:', { clock, changesKept: 3 })
    onTestFinished(store.close)
    const { cursor: start } = await store.changes(undefined, 1)
    for (const sort of ['a', 'b', 'c']) await putAll(store, [key(sort)])
    const { changes } = await store.changes(start, 10)
    expect(changes).toHaveLength(3)
    await putAll(store, [key('d')])
    await expect(store.changes(start, 10)).rejects.toThrow('no longer holds')
    expect((await store.changes(undefined, 10)).changes.map(({ sort }) => sort)).toEqual(['b', 'c', 'd'])
    expect((await store.changes(changes[0]?.cursor, 10)).changes.map(({ sort }) => sort)).toEqual(['b', 'c', 'd'])
  })

  it('refuses a cursor that is ahead of its feed', async () => {
    const store = openSqliteStore(':memory:', { clock })
    onTestFinished(store.close)
    await expect(store.changes('5', 10)).rejects.toThrow('another store')
  })

  it('removes expired items with later commits and feeds their removal', async () => {
    const { store, clock: moving } = await openForTest(openInMemory)
    await store.transact([{ ...key('short'), put: 'x', guard: 'absent', expiresAt: moving.nowSeconds() + 60 }])
    moving.advanceSeconds(60)
    await putAll(store, [key('other')])
    const { changes } = await readFeed(store, 3)
    expect(changes.map(({ sort, before, after }) => [sort, before?.version, after?.version])).toEqual([
      ['short', undefined, 1],
      ['other', undefined, 1],
      ['short', 1, undefined],
    ])
  })

  it('refuses a file of another schema version', () => {
    const path = join(temporaryFolder(), 'weir.db')
    openSqliteStore(path, { clock }).close()
    setSchemaVersion(path, 99)
    expect(() => openSqliteStore(path, { clock })).toThrow('schema version 99')
  })
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function setSchemaVersion(path: string, version: number): void {
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA user_version = ${version}`)
  database.close()
}
