import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../local/sqlite-store.ts'
import type { PartitionMove } from '../../../shared/planner/rebalance/plan-rebalance.ts'
import { partitions, sorts } from '../../../shared/records/keys.ts'
import { loadMoves, saveMoves } from '../../../shared/state/move-lists.ts'
import { listRecords } from '../../../shared/state/stored.ts'

const clock = { now: () => Date.UTC(2026, 10, 22) }
const ref = { tenantId: 'acme', clusterId: 'clu_1', list: 'prp_1' }

/** Moves with the longest names and ids that there are. */
const longest = (count: number, partitionsPerTopic: number): readonly PartitionMove[] =>
  Array.from({ length: count }, (_, index) => ({
    topic: `${Math.floor(index / partitionsPerTopic)}`.padStart(249, 't'),
    partition: index % partitionsPerTopic,
    from: [99_991, 99_992, 99_993],
    to: [99_994, 99_995, 99_996],
    bytes: 16 * 1024 ** 4,
  }))

describe('a list of moves', () => {
  it.each([
    ['of a few large topics', longest(10_000, 2500)],
    ['of as many topics as moves', longest(10_000, 1)],
    ['without any', []],
  ])('%s comes back as it was kept, in parts that the store takes', async (_name, moves) => {
    const store = openSqliteStore(':memory:', { clock })
    try {
      await saveMoves(store, ref, moves, clock.now())
      expect(await loadMoves(store, ref)).toEqual(moves)
    } finally {
      store.close()
    }
  })

  it('writes the name of a topic once for all of its moves, so that ten thousand take a few parts', async () => {
    const store = openSqliteStore(':memory:', { clock })
    try {
      await saveMoves(store, ref, longest(10_000, 2500), clock.now())
      const parts = await listRecords(store, partitions.cluster('acme', 'clu_1'), sorts.moves('prp_1'))
      expect(parts.length).toBeLessThan(10)
    } finally {
      store.close()
    }
  })

  it('is the same when it is kept twice, and does not mix with another', async () => {
    const store = openSqliteStore(':memory:', { clock })
    try {
      const moves = longest(10, 2)
      await saveMoves(store, ref, moves, clock.now())
      await saveMoves(store, ref, moves, clock.now())
      await saveMoves(store, { ...ref, list: 'prp_2' }, moves.slice(1), clock.now())
      expect(await loadMoves(store, ref)).toEqual(moves)
      expect(await loadMoves(store, { ...ref, tenantId: 'globex' })).toEqual([])
    } finally {
      store.close()
    }
  })
})
