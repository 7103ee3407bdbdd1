import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { followChanges } from '../../local/follow-changes.ts'
import { openSqliteStore, type SqliteStore } from '../../local/sqlite-store.ts'
import type { Log } from '../../shared/ports/log.ts'
import type { Change } from '../../shared/ports/store.ts'

let folder: string
let store: SqliteStore
let warnings: string[]
const log: Log = { info: () => {}, warn: (message) => warnings.push(message), error: () => {} }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-follow-'))
  store = openSqliteStore(':memory:', { clock: systemClock })
  warnings = []
})
afterEach(async () => {
  store.close()
  await rm(folder, { recursive: true })
})

const put = (sort: string) => store.transact([{ partition: 'T#acme#X', sort, put: {}, guard: 'absent' }])

/** Follows until so many changes were consumed, then stops. */
async function consumed(count: number, consume: (change: Change) => void = () => {}): Promise<string[]> {
  const seen: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = await followChanges(store, join(folder, 'cursor'), { clock: systemClock, log }, async (changes) => {
    for (const change of changes) {
      consume(change)
      seen.push(change.sort)
    }
    if (seen.length >= count) resolve()
  })
  await promise
  await stop()
  return seen
}

describe('the follower of committed changes', () => {
  it('hands on what was committed before and while it follows, in order', async () => {
    await put('1')
    const following = consumed(2)
    await put('2')
    expect(await following).toEqual(['1', '2'])
  })

  it('goes on behind what it has consumed', async () => {
    await put('1')
    await consumed(1)
    await put('2')
    expect(await consumed(1)).toEqual(['2'])
  })

  it('hands a batch on again when its consumer failed', async () => {
    await put('1')
    let failures = 0
    const seen = await consumed(1, () => {
      if (failures++ === 0) throw new RangeError('a defect of the consumer')
    })
    expect(seen).toEqual(['1'])
    expect(failures).toBe(2)
    expect(warnings).toEqual([])
  })

  it('starts from the oldest change when its place is lost, and says so', async () => {
    await put('1')
    await writeFile(join(folder, 'cursor'), '999')
    expect(await consumed(1)).toEqual(['1'])
    expect(warnings).toHaveLength(1)
    expect(await readFile(join(folder, 'cursor'), 'utf8')).toBe('1')
  })
})
