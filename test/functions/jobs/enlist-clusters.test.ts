import { describe, expect, it } from 'vitest'
import { enlistClusters } from '../../../functions/jobs/enlist-clusters.ts'
import { partitions } from '../../../shared/records/keys.ts'
import { acceptDelete } from '../../../shared/state/accept-delete.ts'
import { completeDelete } from '../../../workflows/steps/complete-delete.ts'
import { whileTimePasses } from '../../api/harness.ts'
import { accepted, requester, type StateFixture, stateFixture } from '../../shared/state/state-fixture.ts'

const listed = async ({ store }: StateFixture) =>
  (await store.query({ partition: partitions.fleet, limit: 100 })).items.map(({ sort }) => sort)
const changesOf = async ({ store }: StateFixture) => (await store.changes(undefined, 1000)).changes

/** Deletes a cluster as its workflow would, hosts aside. */
async function deleted(ports: StateFixture, clusterId: string): Promise<void> {
  const { operationId, generation } = await acceptDelete(ports, requester, clusterId, () => undefined)
  const target = { tenantId: 'acme', clusterId, operationId, generation, attempt: 1 }
  await completeDelete.run(target, { ...ports, log: { info() {}, warn() {}, error() {} } })
}

describe('the list of all clusters', () => {
  it('gets each cluster once, however often its order is delivered', async () => {
    const ports = stateFixture()
    const { clusterId } = await accepted(ports)
    const other = await accepted(ports, { name: 'logs' })
    for (let count = 0; count < 3; count++) await enlistClusters(ports, await changesOf(ports))
    expect(await listed(ports)).toEqual([clusterId, other.clusterId].toSorted())
  })

  it('does not get a cluster back that is gone when its order is delivered again', async () => {
    const ports = stateFixture()
    const { clusterId } = await accepted(ports)
    const changes = await changesOf(ports)
    await enlistClusters(ports, changes)
    await deleted(ports, clusterId)
    expect(await listed(ports)).toEqual([])
    await enlistClusters(ports, changes)
    expect(await listed(ports)).toEqual([])
  })

  it('does not keep a cluster that is listed while the last of it is deleted', async () => {
    const ports = stateFixture()
    const { clusterId } = await accepted(ports)
    const changes = await changesOf(ports)
    const { store } = ports
    let late = true
    const transact: StateFixture['store']['transact'] = async (writes) => {
      if (late && writes.some(({ sort }) => sort === 'TOMBSTONE')) {
        late = false
        await enlistClusters(ports, changes)
      }
      return store.transact(writes)
    }
    // The step meets the row that came in between, and looks again after a pause.
    await whileTimePasses(ports.clock, deleted({ ...ports, store: { ...store, transact } }, clusterId))
    expect(late).toBe(false)
    expect(await listed(ports)).toEqual([])
  })
})
