import { expect, it } from 'vitest'
import { keepSchedule } from '../../../functions/jobs/keep-schedule.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { endOperation } from '../../../shared/state/end-operation.ts'
import { loadCluster } from '../../../shared/state/load.ts'
import { activeCluster, itemsOf, stoppedCluster, textAt } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'

const schedule = { stop: 'Mon-Sun 20:00', start: 'Mon-Sun 07:00' }
const HOUR = 3_600_000
const log = { info() {}, warn() {}, error() {} }

async function scheduled() {
  const h = harness()
  const { clusterId } = await activeCluster(h, { schedule })
  const look = async () => {
    const { record } = await loadCluster(h.store, 'acme', clusterId)
    await keepSchedule.look({ ...h.ports, log }, record, h.clock.now())
  }
  return { h, clusterId, look }
}

/** Lets time pass until the next such hour of the day, in UTC. */
async function until(h: Harness, hour: number): Promise<void> {
  const now = new Date(h.clock.now())
  const at = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour)
  await h.clock.advance((at > h.clock.now() ? at : at + 24 * HOUR) - h.clock.now())
}

const operations = async (h: Harness, clusterId: string) =>
  itemsOf(await h.get(`/v1/clusters/${clusterId}/operations`)).map(
    ({ type, requestedBy }) => `${type} by ${requestedBy}`,
  )

const BY_SCHEDULE = 'stopCluster by weir:schedule'

it('stops a cluster once when that falls due, in the name of the schedule, and nothing when it is first seen', async () => {
  const { h, clusterId, look } = await scheduled()
  await until(h, 21)
  await look()
  expect(await operations(h, clusterId)).not.toContain(BY_SCHEDULE)
  await until(h, 20)
  await look()
  await look()
  expect((await operations(h, clusterId)).filter((each) => each === BY_SCHEDULE)).toHaveLength(1)
})

it('waits for the end of an operation that runs', async () => {
  const { h, clusterId, look } = await scheduled()
  await look()
  await until(h, 20)
  const running = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
  await look()
  expect(await operations(h, clusterId)).not.toContain(BY_SCHEDULE)
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId: running }, (draft) =>
    endOperation(draft, { state: 'Succeeded', cluster: 'Active' }),
  )
  await look()
  expect(await operations(h, clusterId)).toContain(BY_SCHEDULE)
})

it('leaves a cluster that was started by hand in its off hours until the next stop, and passes over what is so already', async () => {
  const { h, clusterId, look } = await scheduled()
  await look()
  await stoppedCluster(h, clusterId)
  await until(h, 20)
  await look()
  expect(await operations(h, clusterId)).not.toContain(BY_SCHEDULE)
  await until(h, 7)
  await look()
  expect(await operations(h, clusterId)).toContain('startCluster by weir:schedule')
})

it('is refused where it cannot be read', async () => {
  const h = harness()
  const order = {
    name: 'odd',
    topology: 'combined',
    brokers: { volumeGiB: 1 },
    schedule: { ...schedule, stop: 'never' },
  }
  expect((await h.post('/v1/clusters', order)).status).toBe(422)
})
