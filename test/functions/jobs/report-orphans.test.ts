import { beforeEach, describe, expect, it } from 'vitest'
import { reportOrphans } from '../../../functions/jobs/report-orphans.ts'
import type { HostFleet } from '../../../shared/ports/hosts.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'
import { ensureHost, specOf } from '../../contract/host-fleet-contract.ts'
import { type FleetScene, openFleetScene } from '../adapters/ec2/fleet-fixture.ts'

let scene: FleetScene
let h: Harness
let warned: unknown[]
beforeEach(async () => {
  scene = await openFleetScene()
  h = harness()
  warned = []
  return () => scene.server.close()
})

const report = (hosts: HostFleet = scene.fleet) => {
  const warn = (_: string, fields: unknown) => void warned.push(fields)
  return reportOrphans({ store: h.store, hosts, log: { info: () => {}, warn, error: () => {} } })
}

describe('what belongs to no cluster', () => {
  it('is told of, piece by piece, and nothing of a cluster that exists', async () => {
    const { clusterId } = await activeCluster(h)
    await ensureHost(scene, specOf(1, { clusterId }))
    const { volumeId, instanceId } = await ensureHost(scene, specOf(2))
    const orphans = await report()
    expect(orphans.map(({ kind }) => kind).toSorted()).toEqual(['address', 'instance', 'securityGroup', 'volume'])
    expect(warned).toHaveLength(4)
    expect(warned).toContainEqual(expect.objectContaining({ kind: 'securityGroup' }))
    expect(warned).toContainEqual(expect.objectContaining({ nodeId: 2, kind: 'volume', id: volumeId }))
    expect(warned).toContainEqual(expect.objectContaining({ nodeId: 2, kind: 'instance', id: instanceId }))
  })

  it('is left alone: a person decides', async () => {
    await ensureHost(scene, specOf(2))
    await report()
    expect(await scene.fleet.listAll()).toHaveLength(4)
  })

  it('cannot be told where the fleet knows nothing but our own records', async () => {
    const { listAll: _, ...without } = scene.fleet
    expect(await report(without)).toEqual([])
  })
})
