import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readChanges } from '../../../functions/adapters/dynamo-changes.ts'
import type { Shards } from '../../../functions/adapters/dynamo-shards.ts'
import type { Change } from '../../../shared/ports/store.ts'
import { ChangesTrimmed } from '../../../shared/ports/store-rules.ts'

interface StreamShard {
  readonly id: string
  readonly parentId: string | undefined
  readonly changes: Change[]
  isClosed: boolean
}

/** A stream whose shards can be split and dropped at will, which no emulator's can: theirs have a single shard. */
function createStream(): Shards & {
  add(id: string, parentId?: string): void
  write(id: string, sort: string): void
  close(id: string): void
  drop(id: string): void
} {
  const all = new Map<string, StreamShard>()
  let sequence = 0
  const shard = (id: string): StreamShard => {
    const found = all.get(id)
    if (found === undefined) throw new Error(`no shard ${id}`)
    return found
  }
  return {
    add: (id, parentId) => all.set(id, { id, parentId, changes: [], isClosed: false }),
    write: (id, sort) => {
      sequence += 1
      shard(id).changes.push({ cursor: String(sequence), partition: 'T#a#', sort })
    },
    close: (id) => {
      shard(id).isClosed = true
    },
    drop: (id) => all.delete(id),
    // Children first: the order of the listing must not matter.
    list: async () => [...all.values()].reverse(),
    read: async (id, after, limit) => {
      const { changes, isClosed } = shard(id)
      const start = after === undefined ? 0 : changes.findIndex(({ cursor }) => cursor === after) + 1
      const page = changes.slice(start, start + limit)
      return { changes: page, isClosed: isClosed && start + page.length === changes.length }
    },
  }
}

const sorts = (changes: readonly Change[]) => changes.map(({ sort }) => sort)

describe('change feed of a sharded stream', () => {
  it('reads a parent to its end before its children, and both within one batch when there is room', async () => {
    const stream = createStream()
    stream.add('parent')
    stream.write('parent', 'first')
    stream.write('parent', 'second')
    stream.close('parent')
    stream.add('child', 'parent')
    stream.write('child', 'third')
    expect(sorts((await readChanges(stream, undefined, 10)).changes)).toEqual(['first', 'second', 'third'])
    const one = await readChanges(stream, undefined, 1)
    expect(sorts(one.changes)).toEqual(['first'])
    expect(sorts((await readChanges(stream, one.cursor, 10)).changes)).toEqual(['second', 'third'])
  })

  it('leaves a child alone while its parent is still open', async () => {
    const stream = createStream()
    stream.add('parent')
    stream.add('child', 'parent')
    stream.write('child', 'later')
    const waiting = await readChanges(stream, undefined, 10)
    expect(waiting.changes).toEqual([])
    stream.write('parent', 'sooner')
    stream.close('parent')
    expect(sorts((await readChanges(stream, waiting.cursor, 10)).changes)).toEqual(['sooner', 'later'])
  })

  it('finds shards that appeared after the cursor was given', async () => {
    const stream = createStream()
    stream.add('old')
    stream.write('old', 'a')
    const { cursor } = await readChanges(stream, undefined, 10)
    stream.add('new')
    stream.write('new', 'b')
    expect(sorts((await readChanges(stream, cursor, 10)).changes)).toEqual(['b'])
  })

  it('lets no busy shard starve another, even in batches of one', async () => {
    const stream = createStream()
    for (const id of ['one', 'two', 'three']) {
      stream.add(id)
      for (let count = 0; count < 9; count += 1) stream.write(id, id)
    }
    let cursor: string | undefined
    const seen: string[] = []
    for (let count = 0; count < 9; count += 1) {
      const batch = await readChanges(stream, cursor, 1)
      seen.push(...sorts(batch.changes))
      cursor = batch.cursor
    }
    expect(seen.toSorted()).toEqual(['one', 'one', 'one', 'three', 'three', 'three', 'two', 'two', 'two'])
  })

  it('forgets a shard that was dropped after it was read to its end', async () => {
    const stream = createStream()
    stream.add('parent')
    stream.write('parent', 'a')
    stream.close('parent')
    stream.add('child', 'parent')
    const { cursor } = await readChanges(stream, undefined, 10)
    stream.drop('parent')
    stream.write('child', 'b')
    const after = await readChanges(stream, cursor, 10)
    expect(sorts(after.changes)).toEqual(['b'])
    expect(Buffer.from(after.cursor, 'base64url').toString()).not.toContain('parent')
  })

  it('tells a reader whose shard was dropped before it was read to its end', async () => {
    const stream = createStream()
    stream.add('lost')
    stream.write('lost', 'a')
    const { cursor } = await readChanges(stream, undefined, 10)
    stream.drop('lost')
    await expect(readChanges(stream, cursor, 10)).rejects.toThrow(ChangesTrimmed)
  })

  it('begins with the oldest shards kept when their parents are long gone', async () => {
    const stream = createStream()
    stream.add('child', 'dropped long ago')
    stream.write('child', 'a')
    expect(sorts((await readChanges(stream, undefined, 10)).changes)).toEqual(['a'])
  })

  it('feeds every change once and in the order of its item, however shards split and batches are cut', async () => {
    const write = fc.record({ write: fc.integer({ min: 0, max: 7 }) })
    const split = fc.record({ split: fc.nat({ max: 20 }) })
    const read = fc.record({ read: fc.integer({ min: 1, max: 5 }) })
    const steps = fc.array(fc.oneof({ weight: 6, arbitrary: write }, split, { weight: 3, arbitrary: read }))
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const stream = createStream()
        const open = new Map([['s', [0, 1, 2, 3, 4, 5, 6, 7]]])
        stream.add('s')
        const counts = new Map<number, number>()
        const wanted: string[] = []
        const seen: string[] = []
        let cursor: string | undefined
        const readBatch = async (limit: number) => {
          const batch = await readChanges(stream, cursor, limit)
          expect(batch.changes.length).toBeLessThanOrEqual(limit)
          // Going on behind the last change must be as good as going on behind the batch.
          cursor = batch.changes.length % 2 === 1 ? batch.changes.at(-1)?.cursor : batch.cursor
          seen.push(...sorts(batch.changes))
          return batch.changes.length
        }
        for (const step of history) {
          if ('write' in step) {
            const item = step.write
            const count = (counts.get(item) ?? 0) + 1
            counts.set(item, count)
            const id = [...open].find(([, items]) => items.includes(item))?.[0]
            if (id !== undefined) stream.write(id, `${item} ${count}`)
            wanted.push(`${item} ${count}`)
          } else if ('split' in step) {
            const [id, items] = [...open][step.split % open.size] ?? ['', []]
            if (items.length < 2) continue
            open.delete(id)
            stream.close(id)
            for (const side of [0, 1]) {
              stream.add(`${id}${side}`, id)
              open.set(
                `${id}${side}`,
                items.filter((_, index) => index % 2 === side),
              )
            }
          } else {
            await readBatch(step.read)
          }
        }
        while ((await readBatch(4)) > 0);
        expect(seen.toSorted()).toEqual(wanted.toSorted())
        const ofItem = Map.groupBy(seen, (sort) => sort.split(' ')[0])
        for (const [item, list] of ofItem) {
          expect(list).toEqual(Array.from({ length: list.length }, (_, index) => `${item} ${index + 1}`))
        }
      }),
      { numRuns: 200 },
    )
  })
})
