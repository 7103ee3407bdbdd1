import { expect, it } from 'vitest'
import { copiedBytes, leastBytes } from '../../../local/bench/least-bytes.ts'
import type { Layout } from '../../../shared/planner/rebalance/layout.ts'

const broker = (nodeId: number) => ({ nodeId, zone: `az-${nodeId}`, capacityBytes: 1000, leaving: false })
const spot = (partition: number, sizeBytes: number, ...replicas: readonly number[]) => ({
  topic: 'orders',
  partition,
  replicas,
  sizeBytes,
})
const LAYOUT: Layout = {
  brokers: [1, 2, 3].map(broker),
  partitions: [spot(0, 100, 1, 2), spot(1, 50, 2, 1)],
}

it('counts what the empty broker lacks where that is more than what the full ones have too much', () => {
  // 300 bytes, 100 each: above 110 there are 40 and 40, below 90 there are 90.
  expect(leastBytes(LAYOUT, 0.1)).toBeCloseTo(90)
  expect(leastBytes({ ...LAYOUT, partitions: [spot(0, 100, 1, 2, 3)] }, 0.1)).toBe(0)
})

it('counts a partition once for each broker that does not have it yet', () => {
  expect(copiedBytes(LAYOUT, new Map([['orders-0', [3, 2]]]))).toBe(100)
  expect(copiedBytes(LAYOUT, new Map([['orders-1', [1, 2]]]))).toBe(0)
})
