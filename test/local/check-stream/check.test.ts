import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkStream, type StreamCheck } from '../../../local/check-stream/check.ts'
import { LogFailure } from '../../../local/check-stream/partition-log.ts'
import { DEFAULT_PLAN, type StreamPlan } from '../../../local/check-stream/plan.ts'
import type { StreamReport } from '../../../local/check-stream/report.ts'
import { createVirtualClock, type VirtualClock } from '../../../local/virtual-clock.ts'
import { type Fate, type SimulatedCluster, simulatedCluster } from './simulated-cluster.ts'

const plan: StreamPlan = { ...DEFAULT_PLAN, topics: ['stream'], producers: 2, recordsPerSecond: 100, settleSeconds: 5 }

interface Scene {
  readonly clock: VirtualClock
  readonly cluster: SimulatedCluster
  readonly check: StreamCheck
  stop(): Promise<StreamReport>
}

/** A check of a simulated cluster of two partitions; the fates come one after the other, and then all is well. */
async function scene(fates: readonly Fate[] = [], changes: Partial<StreamPlan> = {}): Promise<Scene> {
  const clock = createVirtualClock()
  const coming = [...fates]
  const cluster = simulatedCluster(clock, 2, (call) =>
    call === 'append' ? (coming.shift() ?? 'answered') : 'answered',
  )
  const check = await clock.runUntil(checkStream(cluster, clock, { ...plan, ...changes }))
  return { clock, cluster, check, stop: () => clock.runUntil(check.stop()) }
}

const CLEAN = { lost: 0, unverified: 0, duplicated: 0, outOfOrder: 0, damaged: 0 } as const
const everyday = fc.constantFrom<Fate>(
  'answered',
  'requestLost',
  'answerLost',
  'notLeader',
  'sequenceRefusedByStaleLeader',
)

describe('a check of a cluster that keeps its promises', () => {
  test('holds with nothing lost, repeated or out of order, whatever goes wrong on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(everyday, { maxLength: 80 }), async (fates) => {
        const { clock, stop } = await scene(fates)
        await clock.advance(1500)
        const report = await stop()
        expect(report).toMatchObject({ held: true, faults: [], ...CLEAN })
        expect(report.acknowledged + report.abandoned).toBeGreaterThanOrEqual(60)
      }),
      { numRuns: 40 },
    )
  })

  test('counts what it was asked to wait for, and ends by itself when its time is over', async () => {
    const { clock, check } = await scene([], { durationSeconds: 3 })
    await clock.runUntil(check.acknowledged(50))
    expect(check.progress().acknowledged).toBeGreaterThanOrEqual(50)
    const report = await clock.runUntil(check.ended)
    expect(report).toMatchObject({ held: true, durationSeconds: 3 })
    expect(report.acknowledged).toBeGreaterThan(290)
    await expect(check.acknowledged(1)).rejects.toThrow('the check ended')
  })

  test('waits for a new leader that does not show the last records yet, however many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), async (hidden) => {
        const { clock, cluster, check } = await scene()
        await clock.runUntil(check.acknowledged(50))
        for (const partition of cluster.partitions) partition.hidden = hidden
        const report = check.stop()
        await clock.advance(3000)
        for (const partition of cluster.partitions) partition.hidden = 0
        expect(await clock.runUntil(report)).toMatchObject({ held: true, ...CLEAN })
      }),
      { numRuns: 25, examples: [[1]] },
    )
  })

  test('measures the longest time in which a record was due and none was acknowledged', async () => {
    const { clock, cluster, check, stop } = await scene([], { maxGapSeconds: 1 })
    await clock.runUntil(check.acknowledged(50))
    const [partition] = cluster.partitions
    if (partition) partition.down = new LogFailure('ECONNREFUSED', 'retry')
    await clock.advance(7000)
    if (partition) partition.down = undefined
    await clock.advance(1000)
    const report = await stop()
    const [gap = 0, other = 0] = report.partitions.map(({ longestGapSeconds }) => longestGapSeconds)
    expect(gap).toBeGreaterThan(6.9)
    expect(gap).toBeLessThan(8)
    expect(other).toBeLessThan(0.1)
    expect(report).toMatchObject({ held: false, ...CLEAN, longestGapSeconds: gap })
    expect(report.faults).toEqual([expect.stringContaining('Seconds without an acknowledgement')])
    expect(report.produceErrors).toEqual([{ kind: 'ECONNREFUSED', retriable: true, count: expect.any(Number) }])
    // What was due meanwhile was written afterwards.
    expect(report.acknowledged).toBeGreaterThan(800)
  })
})

describe('a check of a cluster that breaks its promises', () => {
  const broken = fc.constantFrom<Fate>(
    'answered',
    'answered',
    'swallowed',
    'storedTwice',
    'storedDamaged',
    'answerLost',
  )

  test('counts exactly what was lost, repeated and damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(broken, { maxLength: 60 }), async (fates) => {
        const { clock, cluster, stop } = await scene(fates, { recordsPerSecond: 40 })
        await clock.advance(2000)
        const report = await stop()
        const treated = cluster.partitions.flatMap((partition) => partition.treated)
        // At this rate every batch is one record.
        const count = (fate: Fate): number => treated.filter((each) => each === fate).length
        const [lost, damaged, duplicated] = [count('swallowed'), count('storedDamaged'), count('storedTwice')]
        expect(report).toMatchObject({ lost: lost + damaged, duplicated, damaged, outOfOrder: 0, unverified: 0 })
        expect(report.held).toBe(lost + damaged + duplicated === 0)
      }),
      { numRuns: 40 },
    )
  })

  test('finds a record that was stored after its successor', async () => {
    const { clock, stop } = await scene(['answered', 'answered', 'storedLate'], { producers: 1 })
    await clock.advance(1000)
    expect(await stop()).toMatchObject({ held: false, ...CLEAN, outOfOrder: 1 })
  })

  test('finds what a log lost at its end, and does not stop at the refusals that follow', async () => {
    const { clock, cluster, check, stop } = await scene()
    await clock.runUntil(check.acknowledged(100))
    const [partition] = cluster.partitions
    const cut = partition?.values.splice(-10) ?? []
    for (const sequence of partition?.sequences.values() ?? []) sequence.last -= 5
    await clock.advance(10_000)
    const report = await stop()
    expect(cut).toHaveLength(10)
    expect(report.lost).toBeGreaterThanOrEqual(9)
    expect(report.lost).toBeLessThanOrEqual(10)
    expect(report).toMatchObject({ held: false, duplicated: 0, outOfOrder: 0, damaged: 0, unverified: 0 })
    expect(report.produceErrors).toContainEqual(
      expect.objectContaining({ kind: 'OUT_OF_ORDER_SEQUENCE_NUMBER', retriable: false }),
    )
    expect(report.acknowledged).toBeGreaterThan(700)
  })

  test('finds what was deleted at the beginning of a log', async () => {
    const { clock, cluster, check, stop } = await scene()
    await clock.runUntil(check.acknowledged(100))
    const [partition] = cluster.partitions
    if (partition) partition.first = 20
    const report = await stop()
    expect(report).toMatchObject({ ...CLEAN, held: false, lost: 20 })
    expect(report.partitions.map(({ notes }) => notes)).toEqual([['moved'], []])
    const lostRecords = report.partitions[0]?.lostRecords ?? []
    expect(lostRecords.map(({ producer, first }) => [producer, first])).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  test('finds that a topic is gone, or was made anew', async () => {
    const gone = await scene()
    await gone.clock.runUntil(gone.check.acknowledged(100))
    for (const partition of gone.cluster.partitions)
      partition.down = new LogFailure('UNKNOWN_TOPIC_OR_PARTITION', 'gone')
    const report = await gone.stop()
    expect(report).toMatchObject({ ...CLEAN, held: false, lost: report.acknowledged })

    const anew = await scene()
    await anew.clock.runUntil(anew.check.acknowledged(100))
    const [partition] = anew.cluster.partitions
    const lost = partition?.values.length
    if (partition) Object.assign(partition, { topicId: 'another', values: [] })
    await anew.clock.advance(1000)
    expect(await anew.stop()).toMatchObject({ ...CLEAN, held: false, lost })
  })

  test('does not call lost what it could not look for', async () => {
    const { clock, cluster, check, stop } = await scene()
    await clock.runUntil(check.acknowledged(100))
    for (const partition of cluster.partitions) partition.down = new LogFailure('ECONNREFUSED', 'retry')
    const report = await stop()
    expect(report).toMatchObject({ held: false, lost: 0, unverified: report.acknowledged })
    expect(report.partitions[0]?.notes).toEqual(['The log could not be read to its end: ECONNREFUSED.'])
  })

  test('does not hold when nothing was acknowledged', async () => {
    const { clock, cluster, check } = await scene()
    for (const partition of cluster.partitions) partition.down = new LogFailure('ECONNREFUSED', 'retry')
    const report = await clock.runUntil(check.stop())
    expect(report).toMatchObject({ held: false, acknowledged: 0, lost: 0 })
    expect(report.faults).toEqual(['No record was acknowledged.'])
  })
})
