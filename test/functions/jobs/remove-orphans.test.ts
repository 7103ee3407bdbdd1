import { beforeEach, describe, expect, it } from 'vitest'
import { removeOrphans } from '../../../functions/jobs/remove-orphans.ts'
import type { HostFleet } from '../../../shared/ports/hosts.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { completeDelete } from '../../../workflows/steps/complete-delete.ts'
import { activeCluster, textAt } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'
import { idleWorkflows } from '../../api/host-fixtures.ts'
import { ensureHost, eventually, specOf } from '../../contract/host-fleet-contract.ts'
import { type FleetScene, openFleetScene } from '../adapters/ec2/fleet-fixture.ts'

const HALF_HOUR_SECONDS = 1800

let scene: FleetScene
let h: Harness
let lines: { readonly message: string; readonly fields: unknown }[]
beforeEach(async () => {
  scene = await openFleetScene()
  h = harness()
  lines = []
  return () => scene.server.close()
})

/** One run of the job, after some time. */
async function run(minutes: number, hosts: HostFleet = scene.fleet, mostRemovals = 20) {
  scene.pass(minutes * 60_000)
  const note = (message: string, fields: unknown) => void lines.push({ message, fields })
  const log = { info: note, warn: note, error: note }
  const clock = { now: scene.now, sleep: async (milliseconds: number) => scene.pass(milliseconds) }
  return removeOrphans({ store: h.store, clock, hosts, log }, { patienceSeconds: HALF_HOUR_SECONDS, mostRemovals })
}

const existing = async () => ((await scene.fleet.listAll()) ?? []).filter(({ state }) => state !== 'Gone')
const kinds = async () => (await existing()).map(({ kind }) => kind).toSorted()

/** A cluster that was deleted, as its workflow does. */
async function deletedCluster(): Promise<string> {
  const { clusterId } = await activeCluster(h)
  const operationId = textAt(await h.delete(`/v1/clusters/${clusterId}`), 'id')
  const ports = { ...h.ports, workflows: idleWorkflows(), log: { info() {}, warn() {}, error() {} } }
  await completeDelete.run({ tenantId: 'acme', clusterId, operationId, attempt: 1 }, ports)
  return clusterId
}

describe('what belongs to a cluster that was deleted', () => {
  it('is removed when it was seen for half an hour, and each removal is told of', async () => {
    const clusterId = await deletedCluster()
    await ensureHost(scene, specOf(2, { clusterId }))
    const before = await kinds()
    expect(await run(60)).toMatchObject({ OrphansFound: before.length, OrphansKept: 0, OrphansRemoved: 0 })
    expect(await run(29)).toMatchObject({ OrphansRemoved: 0 })
    expect(await kinds()).toEqual(before)
    expect(await run(2)).toMatchObject({ OrphansRemoved: before.length })
    expect(await kinds()).toEqual([])
    const removed = lines.filter(({ message }) => message === 'an orphan was removed')
    expect(removed).toContainEqual({
      message: 'an orphan was removed',
      fields: expect.objectContaining({ tenantId: 'acme', clusterId, nodeId: 2, kind: 'volume' }),
    })
    expect(await run(30)).toEqual({ OrphansFound: 0, OrphansKept: 0, OrphansRemoved: 0 })
  })

  it('is not removed while it is younger than that, however long something else has been there', async () => {
    const clusterId = await deletedCluster()
    await ensureHost(scene, specOf(1, { clusterId }))
    await run(0)
    await run(25)
    await ensureHost(scene, specOf(2, { clusterId }))
    await run(10)
    expect((await existing()).filter((one) => 'nodeId' in one && one.nodeId === 2)).toHaveLength(3)
    expect((await existing()).filter((one) => 'nodeId' in one && one.nodeId === 1)).toEqual([])
  })

  it('goes a few at a time', async () => {
    const clusterId = await deletedCluster()
    await ensureHost(scene, specOf(1, { clusterId }))
    await ensureHost(scene, specOf(2, { clusterId }))
    const all = (await existing()).length
    await run(60)
    await run(60, scene.fleet, 2)
    expect(await existing()).toHaveLength(all - 2)
    expect(lines).toContainEqual(expect.objectContaining({ message: 'too many orphans for one run' }))
  })
})

describe('what belongs to a cluster that exists', () => {
  it('is left alone, all of it', async () => {
    const { clusterId } = await activeCluster(h)
    await ensureHost(scene, specOf(1, { clusterId }))
    const before = await kinds()
    for (const minutes of [60, 60, 60]) expect(await run(minutes)).toMatchObject({ OrphansFound: 0 })
    expect(await kinds()).toEqual(before)
  })

  it('goes where it is a machine that a newer one has replaced, and nothing else of the node does', async () => {
    const { clusterId } = await activeCluster(h)
    const old = await ensureHost(scene, specOf(1, { clusterId }))
    await changeHost(h.ports, 'acme', clusterId, 1, (host) => ({ ...host, incarnation: 2, instanceId: 'i-newer' }))
    await run(60)
    expect(await run(60)).toMatchObject({ OrphansRemoved: 1 })
    expect((await existing()).map(({ id }) => id)).not.toContain(old.instanceId)
    expect((await existing()).map(({ id }) => id)).toContain(old.volumeId)
  })

  it('is left to an operation that runs, whichever machine it is', async () => {
    const { clusterId } = await activeCluster(h)
    const old = await ensureHost(scene, specOf(1, { clusterId }))
    await changeHost(h.ports, 'acme', clusterId, 1, (host) => ({ ...host, incarnation: 2, instanceId: 'i-newer' }))
    await h.post(`/v1/clusters/${clusterId}/actions/restart`)
    await run(60)
    await run(60)
    expect((await existing()).map(({ id }) => id)).toContain(old.instanceId)
  })

  it('is never the machine that the record names, nor one that is newer', async () => {
    const { clusterId } = await activeCluster(h)
    await ensureHost(scene, specOf(1, { clusterId }))
    await eventually(scene, (fleet) => fleet.removeInstance(specOf(1, { clusterId })))
    const newer = await ensureHost(scene, specOf(1, { clusterId, incarnation: 3 }))
    await changeHost(h.ports, 'acme', clusterId, 1, (host) => ({ ...host, incarnation: 2, instanceId: 'i-old' }))
    await run(60)
    await run(60)
    expect((await existing()).map(({ id }) => id)).toContain(newer.instanceId)
  })
})

describe('what belongs to a cluster that no record knows', () => {
  it('is told of and left to people, because the records may be what is wrong', async () => {
    await ensureHost(scene, specOf(2))
    const before = await kinds()
    for (const minutes of [60, 60, 60])
      expect(await run(minutes)).toMatchObject({ OrphansKept: before.length, OrphansRemoved: 0 })
    expect(await kinds()).toEqual(before)
    expect(lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ nodeId: 2, kind: 'volume' }) }),
    )
  })
})

it('nothing is looked for where the fleet knows nothing but our own records', async () => {
  const { listAll: _, ...without } = scene.fleet
  expect(await run(60, without)).toEqual({ OrphansFound: 0, OrphansKept: 0, OrphansRemoved: 0 })
})
