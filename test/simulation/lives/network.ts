import { expect } from 'vitest'
import { loadSteps } from '../../../shared/state/load.ts'
import type { ClusterRef } from '../end-states.ts'
import { anOrder } from '../tenant.ts'
import { orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { failedAndResumed } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

/** Who is let in at first, and who afterwards: one range goes, one stays, one comes. */
export const FIRST_RANGES = ['10.0.0.0/8', '192.0.2.0/24']
export const SECOND_RANGES = ['192.0.2.0/24', '198.51.100.7/32']

const spec = anOrder({ network: { securityGroups: [groupOf(FIRST_RANGES)] } })

/** A security group as it is ordered. */
export function groupOf(ranges: readonly string[]) {
  return { name: 'apps', inboundRules: ranges.map((cidr) => ({ cidr })) }
}

const letIn = (world: World, ref: ClusterRef) =>
  orTheOneThatRuns(world, ref, patch(world, ref, { inbound: SECOND_RANGES }))

/** The same while the fleet lets others in and never gets to shutting anybody out. */
const letInOnly = (world: World, ref: ClusterRef): Promise<string> => {
  const times = Number.POSITIVE_INFINITY
  world.faults.add({ ports: [{ port: 'hosts', method: 'shutOut', when: 'refused', error: 'ECONNRESET', times }] })
  return letIn(world, ref)
}

/** What a change of who may reach the brokers may go through. */
export const networkLives: Readonly<Record<string, Life>> = {
  'lets others in and touches no broker': laterLife({ spec, begin: letIn, judge: expectLetIn }),
  'fails for good with nobody shut out who was to stay, and is resumed': laterLife({
    spec,
    begin: failedAndResumed(letInOnly),
    judge: async (world, ref, operationId) => {
      const { state } = world.facts.operations.get(operationId) ?? {}
      expect(state).toBe('Succeeded')
      expectRanges(world, ref)
    },
  }),
}

function expectRanges(world: World, ref: ClusterRef): void {
  expect(world.fleet.inboundOf(ref)).toEqual(SECOND_RANGES)
  expect(world.facts.clusters.get(ref.clusterId)).not.toHaveProperty('networkLags')
  expect(world.restarts).toEqual([])
  expectServing(world, ref)
}

async function expectLetIn(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'updateNetwork', state: 'Succeeded' })
  expectRanges(world, ref)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}
