import { describe, expect, it } from 'vitest'
import { detectDrift } from '../../functions/jobs/detect-drift.ts'
import { ended, ordered } from './cluster-life.ts'
import { disturbedRebalances, expectNothingLeft, rebalanceLives, skew } from './lives/rebalance.ts'
import { throttledBrokers } from './models/kafka-moves.ts'
import { rebalance } from './tenant-changes.ts'
import { createWorld } from './world.ts'

const ALWAYS = Number.POSITIVE_INFINITY

describe('a rebalance', () => {
  it.each(Object.entries({ ...rebalanceLives, ...disturbedRebalances }))('%s', async (_name, life) => {
    await life({}, { seed: 1 })
  })
})

describe('what a rebalance has left that could not take it back', () => {
  it('is taken back by the job that looks at Kafka, though nobody resumes it', async () => {
    const world = createWorld({ seed: 5 })
    try {
      const { clusterId, operationId } = await ordered(world)
      const ref = { tenantId: 'acme', clusterId }
      await ended(world, operationId)
      await world.pass(10)
      skew(world, ref)
      const rebalancing = await world.during(rebalance(world, ref, 1))
      await world.runUntil(() => world.kafka.data(clusterId).moves.size > 0, 'the first replica to be moved')
      const refused = { port: 'kafka', when: 'refused', error: 'KAFKA_UNAVAILABLE', times: ALWAYS } as const
      const methods = ['topics', 'cancelMoves', 'clearBrokerThrottles'] as const
      world.faults.add({ ports: methods.map((method) => ({ ...refused, method })) })
      await ended(world, rebalancing ?? '')
      expect(world.facts.operations.get(rebalancing ?? '')).toMatchObject({ state: 'Failed' })
      expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Active', movedBy: rebalancing })
      expect(throttledBrokers(world.kafka.data(clusterId))).toEqual([1, 2, 3])
      const look = () => world.during(world.call((ports) => detectDrift(ports, { isDue: () => true, until: ALWAYS })))
      await look()
      expect(world.facts.clusters.get(clusterId)).toHaveProperty('movedBy', rebalancing)
      world.faults.stop()
      await look()
      expectNothingLeft(world, ref)
    } finally {
      world.close()
    }
  })
})
