import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore, type SqliteStore } from '../../local/sqlite-store.ts'
import { systemClock } from '../../local/system-clock.ts'

const PARTITION = 'T#acme#'

describe('SQLite store of several processes', () => {
  it('loses no update when four processes create the file and write one record at once', async () => {
    const path = temporaryFile()
    const exits = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const [code] = await once(startWriter('increment', path), 'exit')
        return code
      }),
    )
    expect(exits).toEqual([0, 0, 0, 0])
    const counter = await open(path).get({ partition: PARTITION, sort: 'counter' })
    expect(counter).toMatchObject({ version: 201, value: 200 })
  })

  it('keeps every acknowledged commit, whole, when its writer is killed at any moment', async () => {
    const path = temporaryFile()
    for (const enough of [1, 20, 300]) {
      const folder = `${path}-${enough}`
      const writer = startWriter('pairs', folder)
      let acknowledged = -1
      for await (const line of createInterface({ input: writer.stdout })) {
        acknowledged = Number(line)
        if (acknowledged === enough) writer.kill('SIGKILL')
      }
      const store = open(folder)
      const [left, right] = [await numbers(store, 'left-'), await numbers(store, 'right-')]
      expect(left).toEqual(right)
      expect(left).toEqual(Array.from({ length: left.length }, (_, index) => index))
      expect(left.length).toBeGreaterThan(acknowledged)
      expect((await store.changes(undefined, 10_000)).changes).toHaveLength(2 * left.length)
    }
  })
})

function startWriter(mode: 'increment' | 'pairs', path: string) {
  const script = join(import.meta.dirname, 'sqlite-writer.ts')
  const child = spawn(process.execPath, [script, mode, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

async function numbers(store: SqliteStore, sortPrefix: string): Promise<readonly unknown[]> {
  return (await store.query({ partition: PARTITION, sortPrefix, limit: 1000 })).items.map(({ value }) => value)
}

function open(path: string): SqliteStore {
  const store = openSqliteStore(path, { clock: systemClock })
  onTestFinished(store.close)
  return store
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'weir.db')
}
