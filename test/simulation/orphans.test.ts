import { describe, expect, it } from 'vitest'
import type { HostSpec } from '../../shared/ports/hosts.ts'
import { ended, ordered } from './cluster-life.ts'
import { expectGone, residueOf } from './end-states.ts'
import { byItself } from './invoke-step.ts'
import { askToDelete } from './tenant.ts'
import { createWorld, type World } from './world.ts'

/** Two rounds of the schedule and the removals that follow. */
const REMOVED_WITHIN_SECONDS = 600

const specOf = (clusterId: string, nodeId: number): HostSpec => ({
  tenantId: 'acme',
  clusterId,
  nodeId,
  zone: 'az-1',
  roles: ['broker', 'controller'],
  instanceType: 'r2a.2xlarge',
  volumeGiB: 100,
  kafkaVersion: '3.7.1',
  incarnation: 7,
  volumeIncarnation: 7,
})

/** What a call makes that was sent long ago and arrives when its cluster is gone. */
async function lateCalls({ fleet }: World, clusterId: string, things: number): Promise<void> {
  const spec = specOf(clusterId, 2)
  await fleet.ensureSecurityGroup(spec, [])
  if (things < 2) return
  const { address } = await fleet.ensureAddress(spec)
  if (things < 3) return
  const { volumeId } = await fleet.ensureVolume(spec)
  if (things > 3) await fleet.ensureInstance(spec, volumeId, address)
}

describe('what comes into being when its cluster is gone', () => {
  it.each([2, 3, 4])('is removed without anybody asking, when it is %i things that need each other', async (things) => {
    const world = createWorld()
    try {
      const { clusterId, operationId } = await ordered(world)
      const ref = { tenantId: 'acme', clusterId }
      await ended(world, operationId)
      await ended(world, await world.during(askToDelete(world, 'acme', clusterId)))
      byItself(() => void lateCalls(world, clusterId, things))
      await world.runUntil(() => residueOf(world, ref).length === things, 'the late calls to arrive')
      await world.runUntil(
        () => residueOf(world, ref).length === 0,
        'the orphans to be removed',
        REMOVED_WITHIN_SECONDS,
      )
      await world.explained(() => expectGone(world, ref))
    } finally {
      world.close()
    }
  })

  it('leaves another cluster of the tenant as it is', async () => {
    const world = createWorld()
    try {
      const first = await ordered(world)
      await ended(world, first.operationId)
      const { fleet } = world
      const before = fleet.resources()
      await world.pass(2 * REMOVED_WITHIN_SECONDS)
      expect(fleet.resources()).toEqual(before)
    } finally {
      world.close()
    }
  })
})
