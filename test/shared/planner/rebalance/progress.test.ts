import { describe, expect, it } from 'vitest'
import type { JudgedMoves } from '../../../../shared/planner/rebalance/judge-moves.ts'
import { type MeasuredMove, progressAfter } from '../../../../shared/planner/rebalance/progress.ts'
import type { MovesProgressRecord } from '../../../../shared/records/rebalance.ts'

const MIB = 1024 ** 2
const START = Date.UTC(2026, 10, 22)
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString()
const move = (partition: number, bytes = 100 * MIB) => ({ topic: 'orders', partition, from: [1], to: [2], bytes })

const fresh: MovesProgressRecord = {
  list: 'prp_1',
  attempt: 1,
  state: 'Moving',
  partitionsDone: 0,
  partitionsTotal: 3,
  bytesDone: 0,
  bytesTotal: 300 * MIB,
  throttleBytesPerSecond: MIB,
  passedOver: 0,
  lookedAt: at(0),
  idleSeconds: 0,
  leastLeft: {},
}
const judged = (done: readonly number[], inFlight: readonly number[]): JudgedMoves => ({
  done: done.map((partition) => move(partition)),
  inFlight: inFlight.map((partition) => move(partition)),
  waiting: [],
  vanished: [],
  passedOver: [],
})
const left = (partition: number, mebibytes: number): MeasuredMove => ({
  name: `orders-${partition}`,
  leftBytes: mebibytes * MIB,
  copiedBytes: (100 - mebibytes) * MIB,
})

describe('the progress of moves', () => {
  it('counts what is done, and of what is under way what was copied, and tells the speed', () => {
    const first = progressAfter(fresh, judged([], [0, 1]), [left(0, 90), left(1, 100)], at(10))
    expect(first).toMatchObject({ partitionsDone: 0, bytesDone: 10 * MIB, bytesPerSecond: MIB, idleSeconds: 0 })
    const second = progressAfter(first, judged([0], [1]), [left(1, 70)], at(20))
    expect(second).toMatchObject({ partitionsDone: 1, bytesDone: 130 * MIB })
    expect(second.bytesPerSecond).toBeGreaterThan(MIB)
  })

  it('stands still for as long as nothing noticeable is copied, and no longer', () => {
    let progress = progressAfter(fresh, judged([], [0]), [left(0, 90)], at(10))
    for (let look = 2; look <= 10; look++)
      progress = progressAfter(progress, judged([], [0]), [left(0, 90)], at(10 * look))
    expect(progress.idleSeconds).toBe(90)
    expect(progressAfter(progress, judged([], [0]), [left(0, 88)], at(110)).idleSeconds).toBe(0)
    expect(progressAfter(progress, judged([0], []), [], at(110)).idleSeconds).toBe(0)
  })

  it('sees progress in many steps that are too small to notice one by one', () => {
    let progress = progressAfter(fresh, judged([], [0]), [left(0, 90)], at(10))
    for (let look = 1; look <= 5; look++)
      progress = progressAfter(progress, judged([], [0]), [left(0, 90 - look * 0.25)], at(10 + 10 * look))
    expect(progress.idleSeconds).toBe(10)
  })

  it('is none where clients write faster than is copied', () => {
    const first = progressAfter(fresh, judged([], [0]), [left(0, 90)], at(10))
    const grown = { ...left(0, 95), copiedBytes: 50 * MIB }
    expect(progressAfter(first, judged([], [0]), [grown], at(20)).idleSeconds).toBe(10)
  })

  it('does not hold a time against the moves in which nobody looked', () => {
    const first = progressAfter(fresh, judged([], [0]), [left(0, 90)], at(10))
    expect(progressAfter(first, judged([], [0]), [left(0, 90)], at(36_000)).idleSeconds).toBe(120)
  })

  it('is kept while Kafka does not answer, which counts as standing still', () => {
    const first = progressAfter(fresh, judged([0], [1]), [left(1, 90)], at(10))
    expect(progressAfter(first, undefined, [], at(20))).toEqual({ ...first, lookedAt: at(20), idleSeconds: 10 })
  })
})
