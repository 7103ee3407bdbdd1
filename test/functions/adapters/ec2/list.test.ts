import { afterEach, expect, it } from 'vitest'
import { ensureHost, eventually, specOf } from '../../../contract/host-fleet-contract.ts'
import { type FleetScene, openFleetScene } from './fleet-fixture.ts'

const scenes: FleetScene[] = []
afterEach(() => Promise.all(scenes.splice(0).map(({ server }) => server.close())))

it('tells what each thing is like, which drift is judged by', async () => {
  const scene = await openFleetScene()
  scenes.push(scene)
  const { address, volumeId, instanceId } = await ensureHost(scene, specOf(1, { incarnation: 2 }))
  const { tenantId, clusterId } = specOf(1)
  const at = expect.stringMatching(/^2026-11-22T00:00:/)
  const listed = await scene.fleet.list(tenantId, clusterId)
  expect(listed.toSorted((a, b) => a.kind.localeCompare(b.kind))).toMatchObject([
    { kind: 'address', address },
    { kind: 'instance', id: instanceId, instanceType: 'r6a.2xlarge', incarnation: 2, madeAt: at },
    { kind: 'securityGroup', inbound: [{ cidr: '10.0.0.0/8', description: 'apps' }] },
    {
      kind: 'volume',
      id: volumeId,
      volumeGiB: 10,
      volumeType: 'gp3',
      encrypted: true,
      attachedTo: instanceId,
      madeAt: at,
    },
  ])
})

it('knows a volume by its id while lists leave it out, and none that is gone', async () => {
  const scene = await openFleetScene()
  scenes.push(scene)
  const { volumeId } = await ensureHost(scene, specOf(1))
  expect(await scene.fleet.hasVolume(volumeId)).toBe(true)
  await eventually(scene, (fleet) => fleet.removeInstance(specOf(1)))
  await eventually(scene, (fleet) => fleet.removeVolume(specOf(1)))
  expect(await scene.fleet.hasVolume(volumeId)).toBe(false)
})
