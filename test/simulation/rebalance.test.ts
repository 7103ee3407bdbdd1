import { describe, expect, it } from 'vitest'
import { SCHEDULES } from '../../shared/deployment/schedules.ts'
import { executionName } from '../../shared/ports/workflows.ts'
import { ended, ordered } from './cluster-life.ts'
import { disturbedRebalances, expectNothingLeft, rebalanceLives, skew } from './lives/rebalance.ts'
import { throttledBrokers } from './models/kafka-moves.ts'
import { rebalance } from './tenant-changes.ts'
import { createWorld, type World } from './world.ts'

const ALWAYS = Number.POSITIVE_INFINITY
/** From when Kafka answers, or nobody works on it any more: one run of the job, and what a call takes. */
const TAKEN_BACK_SECONDS = SCHEDULES.drift.everyMinutes * 60 + 30

/** Each way in which a rebalance ends and leaves its throttles; the last thing that it does is to be heard of no more. */
const LEFT_BEHIND: Readonly<Record<string, (world: World, operationId: string) => Promise<void>>> = {
  'while Kafka did not answer': async (world, operationId) => {
    const refused = { port: 'kafka', when: 'refused', error: 'KAFKA_UNAVAILABLE', times: ALWAYS } as const
    const methods = ['topics', 'cancelMoves', 'clearBrokerThrottles'] as const
    world.faults.add({ ports: methods.map((method) => ({ ...refused, method })) })
    await ended(world, operationId)
    await world.pass(TAKEN_BACK_SECONDS)
  },
  'because its executions died': async (world, operationId) => {
    const operation = () => world.facts.operations.get(operationId)
    for (const attempt of [1, 2, 3]) {
      const name = executionName(operationId, attempt)
      await world.runUntil(() => operation()?.attempt === attempt && operation()?.state === 'Running', name)
      await world.during(world.call(({ workflows }) => workflows.stop('rebalanceCluster', name, 'by mistake')))
    }
    await world.runUntil(() => operation()?.state === 'Failed', 'the operation to be given up')
  },
}

describe('a rebalance', () => {
  it.each(Object.entries({ ...rebalanceLives, ...disturbedRebalances }))('%s', async (_name, life) => {
    await life({}, { seed: 1 })
  })
})

describe('what a rebalance has left that could not take it back', () => {
  it.each(Object.entries(LEFT_BEHIND))('%s, is taken back within minutes, though nobody resumes it', async (_, die) => {
    const world = createWorld({ seed: 5 })
    try {
      const { clusterId, operationId } = await ordered(world)
      const ref = { tenantId: 'acme', clusterId }
      await ended(world, operationId)
      await world.pass(10)
      skew(world, ref)
      const rebalancing = (await world.during(rebalance(world, ref, 1))) ?? ''
      await world.runUntil(() => world.kafka.data(clusterId).moves.size > 0, 'the first replica to be moved')
      await die(world, rebalancing)
      expect(world.facts.operations.get(rebalancing)).toMatchObject({ state: 'Failed' })
      expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Active', movedBy: rebalancing })
      expect(throttledBrokers(world.kafka.data(clusterId))).toEqual([1, 2, 3])
      world.faults.stop()
      const isFree = () => world.facts.clusters.get(clusterId)?.movedBy === undefined
      await world.runUntil(isFree, 'all to be taken back', TAKEN_BACK_SECONDS)
      expectNothingLeft(world, ref)
    } finally {
      world.close()
    }
  })
})
