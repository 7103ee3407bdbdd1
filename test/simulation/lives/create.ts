import { expect } from 'vitest'
import { ended, liveThrough, ordered } from '../cluster-life.ts'
import { expectGone, ledgerOf } from '../end-states.ts'
import { askToDelete } from '../tenant.ts'
import { createWorld } from '../world.ts'
import type { Life } from './life.ts'

/** What a create may go through. */
export const createLives: Readonly<Record<string, Life>> = {
  'comes up as ordered and goes without a trace': liveThrough,
  'fails for want of a Kafka that starts, and goes without a trace': async (faults, options = {}) => {
    const { seed = 1, restSeconds = 0, onStepEffect } = options
    const loops = { kind: 'processCrashLoops', nodeId: 2 } as const
    const world = createWorld({ seed, faults: { ...faults, hosts: [loops] }, ...(onStepEffect && { onStepEffect }) })
    const start = world.clock.now()
    try {
      const { clusterId, operationId } = await ordered(world)
      const ref = { tenantId: 'acme', clusterId }
      await ended(world, operationId)
      const effectsOfCreate = world.effects()
      await world.pass(restSeconds)
      await world.explained(async () => {
        const error = { code: 'BROKER_PROCESS_FAILED', nodeId: 2 }
        expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed', error })
        expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Error', health: 'Unavailable' })
        expect(await ledgerOf(world, ref)).toEqual([])
      })
      await ended(world, await world.during(askToDelete(world, 'acme', clusterId)))
      await world.explained(() => expectGone(world, ref))
      return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - start) / 1000 }
    } finally {
      world.close()
    }
  },
}
