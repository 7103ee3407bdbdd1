import { expect, it } from 'vitest'
import { detectDriftPeriodically } from '../../local/detect-drift-periodically.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { activeCluster } from '../api/cluster-fixtures.ts'
import { harness } from '../api/harness.ts'
import { onlyListing } from '../api/host-fixtures.ts'

it('tells of drift after two minutes, and of nothing any more once it is stopped', async () => {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({ ...host, generation: 1, volumeId: 'vol-2' }))
  let lists = 0
  const hosts = onlyListing(async () => {
    lists++
    return []
  })
  const unavailable = async () => Promise.reject(new DomainError('KAFKA_UNAVAILABLE', 'It does not answer.'))
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const stop = detectDriftPeriodically({ ...h.ports, log, hosts, kafka: { ...h.kafka, brokers: unavailable } })
  const drift = async () => Object((await h.get(`/v1/clusters/${clusterId}`)).body).drift
  await h.clock.advance(60_000)
  expect(await drift()).toEqual([])
  await h.clock.advance(60_000)
  expect(await drift()).toMatchObject([{ kind: 'VolumeMissing', nodeId: 2 }])
  await stop()
  const before = lists
  await h.clock.advance(300_000)
  expect(lists).toBe(before)
})
