import { expect, it } from 'vitest'
import { maintain } from '../../../functions/jobs/maintain.ts'
import { tellSupport } from '../../../functions/jobs/tell-support.ts'
import type { EventRecord } from '../../../shared/records/event.ts'
import { partitions, sorts } from '../../../shared/records/keys.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { listRecords } from '../../../shared/state/stored.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }
const look = (h: Harness) => maintain({ ...h.ports, log }, [tellSupport])
const told = async (h: Harness, clusterId: string) => {
  const rows = await listRecords<EventRecord>(h.store, partitions.cluster('acme', clusterId), sorts.event)
  return rows
    .map(({ record }) => record)
    .filter(({ type }) => type === 'kafka.cluster.support_changed.v1')
    .map(({ data }) => data)
}

it('tells once that support of a cluster ends soon, and once that it has ended, however often it is looked at', async () => {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await look(h)
  expect(await told(h, clusterId)).toEqual([])
  const soon = { clusterId, kafkaVersion: '3.7.1', state: 'EndsSoon', supportedUntil: '2027-06-30' }
  await h.clock.advance(Date.UTC(2027, 1, 1) - h.clock.now())
  await look(h)
  const commits = await h.commits()
  await look(h)
  expect(await h.commits()).toBe(commits)
  expect(await told(h, clusterId)).toEqual([soon])
  await h.clock.advance(Date.UTC(2027, 6, 1) - h.clock.now())
  await look(h)
  await look(h)
  expect(await told(h, clusterId)).toEqual([soon, { ...soon, state: 'Ended' }])
})

it('tells of another release anew', async () => {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await h.clock.advance(Date.UTC(2028, 1, 1) - h.clock.now())
  await look(h)
  await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) => {
    draft.setCluster({ spec: { ...draft.cluster().spec, kafkaVersion: '3.9.2' } })
  })
  await look(h)
  expect((await told(h, clusterId)).map(({ kafkaVersion, state }) => [kafkaVersion, state])).toEqual([
    ['3.7.1', 'Ended'],
    ['3.9.2', 'Ended'],
  ])
})
