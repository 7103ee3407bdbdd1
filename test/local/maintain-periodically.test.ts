import { expect, it } from 'vitest'
import { maintainPeriodically } from '../../local/maintain-periodically.ts'
import { activeCluster } from '../api/cluster-fixtures.ts'
import { harness } from '../api/harness.ts'

it('does what is due every few seconds, goes on after a run that failed, and ends when it is stopped', async () => {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const seen: string[] = []
  const look = async (_ports: unknown, cluster: { readonly clusterId: string }) => {
    seen.push(cluster.clusterId)
    if (seen.length === 1) throw new Error('it cannot be done')
    return undefined
  }
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const stop = maintainPeriodically({ ...h.ports, log }, [{ name: 'look', look }])
  expect(seen).toEqual([])
  await h.clock.advance(5000)
  await h.clock.advance(5000)
  expect(seen).toEqual([clusterId, clusterId])
  await stop()
  await h.clock.advance(60_000)
  expect(seen).toHaveLength(2)
})
