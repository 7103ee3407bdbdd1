import { expect, test } from 'vitest'
import { faultsOf } from '../../../local/check-stream/judge.ts'
import type { PartitionReport, StreamReport } from '../../../local/check-stream/report.ts'
import { reportText } from '../../../local/check-stream/report-text.ts'

const whole: PartitionReport = {
  ...{ topic: 'orders', partition: 0, acknowledged: 100, lost: 0, lostRecords: [], unverified: 0, duplicated: 0 },
  ...{ outOfOrder: 0, damaged: 0, abandoned: 0, longestGapSeconds: 0.25 },
  ...{ longestGapFrom: '2026-01-01T00:00:00.000Z', notes: [] },
}

/** A report that adds the partitions up and is judged by the real rules. */
function report(partitions: readonly PartitionReport[], limits = {}): StreamReport {
  const sum = (count: 'acknowledged' | 'lost' | 'unverified' | 'duplicated' | 'outOfOrder' | 'damaged' | 'abandoned') =>
    partitions.reduce((all, each) => all + each[count], 0)
  const found = {
    ...{ startedAt: '2026-01-01T00:00:00.000Z', durationSeconds: 60, recordsPerSecond: 10, producers: 1 },
    ...{ messageBytes: 256, acknowledged: sum('acknowledged'), lost: sum('lost'), unverified: sum('unverified') },
    ...{ duplicated: sum('duplicated'), outOfOrder: sum('outOfOrder'), damaged: sum('damaged') },
    ...{ abandoned: sum('abandoned'), longestGapSeconds: 9.6, latencyMilliseconds: { p50: 4, p99: 90, max: 9600 } },
    produceErrors: [
      { kind: 'NOT_LEADER_OR_FOLLOWER', count: 12, retriable: true },
      { kind: 'MESSAGE_TOO_LARGE', count: 1, retriable: false },
    ],
    ...{ consumeErrors: [{ kind: 'ECONNREFUSED', count: 3, retriable: true }], partitions },
  }
  const faults = faultsOf(found, limits)
  return { held: faults.length === 0, faults, ...found }
}

test('says in its last line that all held', () => {
  const text = reportText(report([whole, { ...whole, partition: 1, longestGapSeconds: 9.6 }]))
  expect(text).toContain('acknowledged   200 records in 60 s')
  expect(text).toContain('longest gap    9.60 s on orders-1 from 2026-01-01T00:00:00.000Z')
  expect(text).toContain('latency        p50 4 ms, p99 90 ms, max 9600 ms')
  expect(text).toContain('errors         1 MESSAGE_TOO_LARGE')
  expect(text).toContain('retried        producing: 12 NOT_LEADER_OR_FOLLOWER; consuming: 3 ECONNREFUSED')
  expect(text.trimEnd().split('\n').at(-1)).toBe('Held: every acknowledged record was read exactly once and in order.')
})

test('names every fault with the partitions it was found in, and the records that were lost', () => {
  const lostRecords = [{ producer: 0, first: 5, last: 11 }]
  const bad = { ...whole, lost: 7, lostRecords, outOfOrder: 1, notes: ['Offset 5 is not in the log.'] }
  const text = reportText(report([whole, { ...bad, partition: 1 }]))
  expect(text).toContain('orders-1 lost 7: 5 to 11 of producer 0')
  expect(text).toContain('orders-1: Offset 5 is not in the log.')
  expect(text.trimEnd().split('\n').slice(-3)).toEqual([
    'Not held:',
    '  7 records acknowledged but lost (orders-1).',
    '  1 records read out of order (orders-1).',
  ])
})

test('fails above a limit and not at it', () => {
  expect(report([whole], { maxGapSeconds: 9.6, maxErrors: 1, maxRetriableErrors: 15 }).faults).toEqual([])
  expect(report([whole], { maxGapSeconds: 9.5, maxErrors: 0, maxRetriableErrors: 14 }).faults).toEqual([
    'Seconds without an acknowledgement: 9.6, more than 9.5.',
    'Errors: 1, more than 0.',
    'Retriable errors: 15, more than 14.',
  ])
})

test('names a few of many partitions', () => {
  const all = Array.from({ length: 7 }, (_, partition) => ({ ...whole, partition, duplicated: 1 }))
  expect(report(all).faults).toEqual([
    '7 records read more than once (orders-0, orders-1, orders-2, orders-3, orders-4 and 2 more partitions).',
  ])
})
