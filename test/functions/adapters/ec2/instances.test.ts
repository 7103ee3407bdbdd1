import { beforeEach, describe, expect, it } from 'vitest'
import { ec2Fleet } from '../../../../functions/adapters/ec2/fleet.ts'
import { ensureAddress, ensureHost, eventually, specOf } from '../../../contract/host-fleet-contract.ts'
import type { Machine } from './cloud-instances.ts'
import { type FleetScene, openFleetScene, SETTINGS } from './fleet-fixture.ts'

let scene: FleetScene
beforeEach(async () => {
  scene = await openFleetScene()
  return () => scene.server.close()
})

const live = (): readonly Machine[] =>
  [...scene.server.machines.values()].filter((machine) => scene.server.stateOf(machine) === 'running')
const only = (): Machine => {
  const [machine, ...others] = live()
  if (!machine || others.length > 0) expect.fail(`${live().length} machines run`)
  return machine
}

describe('a machine', () => {
  it.each([
    [['broker'], 'broker'],
    [['controller'], 'controller'],
    [['broker', 'controller'], 'combined'],
  ] as const)(
    'of the roles %j is made from the template for %s, and of the type that was ordered',
    async (roles, name) => {
      await ensureHost(scene, specOf(1, { roles }))
      expect(only()).toMatchObject({ templateId: SETTINGS.launchTemplates[name].id, instanceType: 'r6a.2xlarge' })
    },
  )

  it('bears tags that say whose it is from its first moment, and so do its root volume, its data and its address', async () => {
    await ensureHost(scene, specOf(3))
    const { tags, rootTags } = only()
    const [volume] = scene.server.volumes.values()
    const [address] = scene.server.interfaces.values()
    const owner = {
      managedBy: 'weir',
      'weir:stage': 'test',
      'weir:tenant': 'acme',
      'weir:cluster': specOf(3).clusterId,
      'weir:node': '3',
    }
    const uses = [tags, rootTags, volume?.tags, address?.tags].map((of) => Object.fromEntries(of ?? []))
    expect(uses).toMatchObject(['machine', 'root', 'data', 'address'].map((use) => ({ ...owner, 'weir:use': use })))
    expect(scene.server.calls.map(({ action }) => action)).not.toContain('CreateTags')
  })

  it('has an encrypted data volume in its zone, which is no part of the machine', async () => {
    await ensureHost(scene, specOf(1, { zone: 'az-2' }))
    const [volume] = scene.server.volumes.values()
    expect(volume).toMatchObject({ encrypted: true, zone: 'eu-central-1b', holder: { instanceId: only().id } })
  })

  it('that was switched off is switched on again, not made anew', async () => {
    const { instanceId } = await ensureHost(scene, specOf(1))
    only().stoppedAt = scene.now()
    expect(await ensureHost(scene, specOf(1))).toMatchObject({ instanceId })
    expect(only().id).toBe(instanceId)
  })

  it('that AWS ended by itself is made anew under a token of its own, although the first is still known', async () => {
    scene.server.deaths.push('Server.InternalError', 'Server.SpotInstanceTermination')
    const { instanceId } = await ensureHost(scene, specOf(1))
    expect(only().id).toBe(instanceId)
    expect(scene.server.machines.size).toBe(3)
    expect(await ensureHost(scene, specOf(1))).toMatchObject({ instanceId })
  })

  it('of which each ends as soon as it is made is NO_CAPACITY, and not made for ever', async () => {
    scene.server.deaths.push(...Array(50).fill('Server.InternalError'))
    await expect(ensureHost(scene, specOf(1))).rejects.toMatchObject({ code: 'NO_CAPACITY' })
    expect(scene.server.machines.size).toBeLessThanOrEqual(3)
  })

  it('takes over from one before it only when that one is gone', async () => {
    const first = await ensureHost(scene, specOf(1))
    const second = await ensureHost(scene, specOf(1, { incarnation: 2 }))
    expect(second.instanceId).not.toBe(first.instanceId)
    expect(only()).toMatchObject({ id: second.instanceId })
    const [volume] = scene.server.volumes.values()
    expect(volume?.holder?.instanceId).toBe(second.instanceId)
  })

  it('is left alone by a call for one before it that comes late', async () => {
    const { volumeId, address } = await ensureHost(scene, specOf(1))
    const newer = await ensureHost(scene, specOf(1, { incarnation: 2 }))
    await expect(scene.fleet.ensureInstance(specOf(1), volumeId, address)).rejects.toMatchObject({ code: 'NOT_YET' })
    expect(only().id).toBe(newer.instanceId)
  })

  it('never gets a volume of another zone: that fails for good', async () => {
    await eventually(scene, (fleet) => fleet.ensureVolume(specOf(1)))
    const other = SETTINGS.zones['az-2']
    const moved = { ...SETTINGS, zones: { ...SETTINGS.zones, ...(other && { 'az-1': other }) } }
    const clock = { now: scene.now, sleep: async (milliseconds: number) => scene.pass(milliseconds) }
    const fleet = ec2Fleet({ client: scene.server.client(), stage: 'test', settings: moved, clock })
    await expect(ensureHost({ ...scene, fleet }, specOf(1))).rejects.toMatchObject({ code: 'VOLUME_FAILED' })
  })
})

describe('a removal', () => {
  it('of a machine ends one that cannot be seen yet, because its answer was lost', async () => {
    const { address } = await ensureAddress(scene, specOf(1))
    const { volumeId } = await eventually(scene, (fleet) => fleet.ensureVolume(specOf(1)))
    scene.server.dies = ({ action }) => (action === 'RunInstances' ? 'after' : undefined)
    await expect(scene.fleet.ensureInstance(specOf(1), volumeId, address)).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(await scene.fleet.list('acme', specOf(1).clusterId)).toHaveLength(3)
    await eventually(scene, (fleet) => fleet.removeInstance(specOf(1)))
    expect([...scene.server.machines.values()].map(scene.server.stateOf)).toEqual(['terminated'])
  })

  it('of a volume waits for the machine that holds it', async () => {
    await ensureHost(scene, specOf(1))
    await expect(scene.fleet.removeVolume(specOf(1))).rejects.toMatchObject({ code: 'NOT_YET' })
    await expect(scene.fleet.removeAddress(specOf(1))).rejects.toMatchObject({ code: 'NOT_YET' })
    expect((await scene.fleet.list('acme', specOf(1).clusterId)).length).toBe(4)
  })
})

describe('what belongs to the deployment', () => {
  it('is listed page by page over all clusters, and that of other deployments is not', async () => {
    const clusters = ['clu_01JZX3YC4B2M8Q9T0V7W6R5S1N', 'clu_01JZX3YC4B2M8Q9T0V7W6R5S2P']
    for (const clusterId of clusters) {
      for (const nodeId of [1, 2, 3]) await ensureAddress(scene, specOf(nodeId, { clusterId }))
    }
    const clock = { now: scene.now, sleep: async (milliseconds: number) => scene.pass(milliseconds) }
    const other = ec2Fleet({ client: scene.server.client(), stage: 'other', settings: SETTINGS, clock })
    await ensureAddress({ ...scene, fleet: other }, specOf(1))
    const all = await scene.fleet.listAll()
    expect(all).toHaveLength(8)
    expect(new Set(all.map(({ clusterId }) => clusterId))).toEqual(new Set(clusters))
    expect(await other.listAll()).toHaveLength(2)
  })
})
