import { expect, it } from 'vitest'
import { DUTIES } from '../../../functions/jobs/duties.ts'
import { type Duty, type MaintainPorts, maintain } from '../../../functions/jobs/maintain.ts'
import type { Key } from '../../../shared/ports/store.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'

/** A fleet of two tenants with a cluster each, and what the job says of its trouble. */
async function withFleet() {
  const h = harness()
  const mine = await activeCluster(h)
  const theirs = await activeCluster(h, {}, { as: 'globex' })
  const errors: unknown[] = []
  const log = {
    info: () => {},
    warn: () => {},
    error: (_: string, fields: object = {}) => {
      errors.push(fields)
    },
  }
  return { h, errors, ports: { ...h.ports, log }, ids: [mine.clusterId, theirs.clusterId].toSorted() }
}

/** A duty that takes down which clusters it was done for. */
function noting(name: string, fails: (clusterId: string) => boolean = () => false) {
  const seen: string[] = []
  const duty: Duty = {
    name,
    look: async (_ports, { clusterId }) => {
      seen.push(clusterId)
      if (fails(clusterId)) throw new Error('it cannot be done')
      return { SilentHosts: 2 }
    },
  }
  return { duty, seen }
}

const done = (h: Harness, duties: readonly Duty[], ports: MaintainPorts = { ...h.ports, log: quiet }) =>
  maintain(ports, duties)
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

it('does every duty for the clusters of all tenants, and adds up what they tell', async () => {
  const { h, ids } = await withFleet()
  const [one, other] = [noting('one'), noting('other')]
  const { clusters, figures } = await done(h, [one.duty, other.duty])
  expect([one.seen.toSorted(), other.seen.toSorted()]).toEqual([ids, ids])
  expect({ clusters, figures }).toEqual({ clusters: 2, figures: { ClustersNotMaintained: 0, SilentHosts: 8 } })
})

it('trouble with one cluster or duty keeps the job from none of the others, and is told', async () => {
  const { h, ports, errors, ids } = await withFleet()
  const failing = noting('failing', (id) => id === ids[0])
  const other = noting('other')
  const { figures } = await done(h, [failing.duty, other.duty], ports)
  expect([failing.seen.toSorted(), other.seen.toSorted()]).toEqual([ids, ids])
  expect(figures).toEqual({ ClustersNotMaintained: 1, SilentHosts: 6 })
  expect(errors).toEqual([{ tenantId: expect.any(String), clusterId: ids[0], duty: 'failing' }])
})

it('each duty sees what the one before has changed', async () => {
  const { h } = await withFleet()
  const revisions: number[] = []
  const change: Duty = {
    name: 'change',
    look: async (ports, { tenantId, clusterId }) => {
      await changeCluster(ports, { tenantId, clusterId }, (draft) => draft.setCluster({ specRevision: 7 }))
      return undefined
    },
  }
  const look: Duty = {
    name: 'look',
    look: async (_ports, { specRevision }) => {
      revisions.push(specRevision)
      return undefined
    },
  }
  await done(h, [change, look])
  expect(revisions).toEqual([7, 7])
})

it('reads a cluster once where no duty changes anything', async () => {
  const { h, ports, ids } = await withFleet()
  const read: string[] = []
  const { get } = h.ports.store
  const store = {
    ...h.ports.store,
    get: (key: Key) => {
      read.push(key.sort)
      return get(key)
    },
  }
  await done(h, [noting('one').duty, noting('other').duty], { ...ports, store })
  expect(read.toSorted()).toEqual(ids)
})

it('a cluster that is deleted meanwhile is no trouble', async () => {
  const { h, ports, errors } = await withFleet()
  const remove: Duty = {
    name: 'remove',
    look: async ({ store }, { tenantId, clusterId }) => {
      const key = { partition: `T#${tenantId}#CLUSTERS`, sort: clusterId }
      const found = await store.get(key)
      if (found) await store.transact([{ ...key, delete: true, guard: { version: found.version } }])
      return undefined
    },
  }
  const after = noting('after')
  const { figures } = await done(h, [remove, after.duty], ports)
  expect({ figures, errors, seen: after.seen }).toEqual({ figures: { ClustersNotMaintained: 0 }, errors: [], seen: [] })
})

it('no two duties have one name', () => {
  const names = DUTIES.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})
