import { describe, expect, it } from 'vitest'
import { releaseAllLeft } from '../../../functions/jobs/release-left-moves.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { loadCluster } from '../../../shared/state/load.ts'
import { aCluster, activeCluster } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'

const ALWAYS = Number.POSITIVE_INFINITY

/** Two clusters, each with the mark of an operation that is over, and a Kafka that throttles nothing any more. */
async function leftBehind() {
  const h = harness()
  const names = ['orders', 'logs']
  const clusterIds: string[] = []
  for (const name of names) {
    const { clusterId } = await activeCluster(h, aCluster({ name }))
    await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) => draft.setCluster({ movedBy: 'op_gone' }))
    clusterIds.push(clusterId)
  }
  await h.enlistClusters()
  const asked: string[] = []
  const errors: unknown[] = []
  const kafka = {
    ...h.ports.kafka,
    topicsWithThrottles: async ({ clusterId }: KafkaTarget) => {
      asked.push(clusterId)
      if (clusterId === clusterIds[0] && asked.length === 1) throw new Error('nobody foresaw this')
      return []
    },
    clearBrokerThrottles: async () => {},
    brokersWithThrottles: async () => [],
  }
  const log = { info() {}, warn() {}, error: (_: string, __: unknown, cause: unknown) => void errors.push(cause) }
  const release = (until = ALWAYS) => releaseAllLeft({ ...h.ports, kafka, log }, until)
  const marks = async () => {
    const found = clusterIds.map(async (id) => (await loadCluster(h.store, 'acme', id)).record.movedBy)
    return Promise.all(found)
  }
  return { h, release, marks, asked, errors }
}

describe('what operations have left in Kafka', () => {
  it('is taken back in every cluster, though one of them gives trouble, which comes the next time', async () => {
    const { release, marks, errors } = await leftBehind()
    await release()
    expect(await marks()).toEqual(['op_gone', undefined])
    expect(errors).toEqual([expect.objectContaining({ message: 'nobody foresaw this' })])
    await release()
    expect(await marks()).toEqual([undefined, undefined])
  })

  it('waits for the next time where there is none left', async () => {
    const { h, release, marks, asked } = await leftBehind()
    await release(h.clock.now())
    expect([await marks(), asked]).toEqual([['op_gone', 'op_gone'], []])
  })
})
