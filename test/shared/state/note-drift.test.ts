import { expect, it } from 'vitest'
import type { Drift } from '../../../shared/drift/drift.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { loadCluster } from '../../../shared/state/load.ts'
import { noteDrift } from '../../../shared/state/note-drift.ts'
import { activeCluster, itemsOf } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'

const LARGE: Drift = { kind: 'VolumeSizeDiffers', nodeId: 2, resourceId: 'vol-2', detail: 'It has 200 GiB.' }

async function scene() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const read = async () => (await loadCluster(h.store, 'acme', clusterId)).record
  const events = async () => {
    await h.projectEvents()
    return itemsOf(await h.get('/v1/events')).filter(({ type }) => String(type).includes('drift'))
  }
  return { h, clusterId, read, events, look: async (...Fleet: Drift[]) => noteDrift(h.ports, await read(), { Fleet }) }
}

it('shows a tenant what differs, since when, and nothing of the machines behind it; and takes it back', async () => {
  const { h, clusterId, look, events } = await scene()
  const since = new Date(h.clock.now()).toISOString()
  await look(LARGE)
  expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ drift: [] })
  await look(LARGE)
  const shown = { kind: 'VolumeSizeDiffers', nodeId: 2, detail: 'It has 200 GiB.', since }
  expect(Object((await h.get(`/v1/clusters/${clusterId}`)).body).drift).toEqual([shown])
  expect(await events()).toMatchObject([{ type: 'kafka.cluster.drift_detected.v1', data: { drift: [shown] } }])
  expect(JSON.stringify(await events())).not.toContain('vol-2')
  await look()
  expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ drift: [] })
  expect(await events()).toHaveLength(2)
})

it('writes nothing where all is as it was', async () => {
  const { h, look } = await scene()
  for (const drifts of [[], [LARGE]]) {
    await look(...drifts)
    await look(...drifts)
    const before = await h.commits()
    await look(...drifts)
    expect(await h.commits()).toBe(before)
  }
})

it('forgets a look that an operation has come between', async () => {
  const { h, clusterId, read, look } = await scene()
  const looked = await read()
  await look(LARGE)
  await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
    draft.setCluster({ lastOperationId: 'op_another' }),
  )
  expect(await noteDrift(h.ports, looked, { Fleet: [LARGE] })).toEqual({ detected: [], resolved: [] })
  expect(await read()).not.toHaveProperty('drift')
})
