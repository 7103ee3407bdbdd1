import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { loadHost } from '../../shared/state/load.ts'
import { nodeVersion } from '../../shared/state/node-version.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * The operation is done with this broker, which serves again. One that an earlier upgrade had left between two releases runs what
 * its host says, and what an upgrade itself brings was proven before.
 */
export const finishNode = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const observed = (await loadHost(ports.store, tenantId, clusterId, nodeOf(input)))?.record.observed
    await changeCluster(ports, input, (draft) => {
      const broker = draft.broker(nodeOf(input))
      if (broker.doneIn === input.operationId && broker.status === 'Active') return
      draft.enterBroker(broker.nodeId, 'Active', {
        health: 'Healthy',
        doneIn: input.operationId,
        configRevision: draft.cluster().configRevision ?? 1,
        ...releaseOf(draft, broker, observed?.process.kafkaVersion),
      })
    })
    return {}
  },
})

function releaseOf(draft: Draft, broker: BrokerRecord, observed: string | undefined): Partial<BrokerRecord> {
  const { upgrade } = draft.operation()
  if (!upgrade && broker.orderedVersion === undefined) return {}
  const runs = upgrade?.to ?? KAFKA_VERSION_NAMES.find((version) => version === observed)
  return { kafkaVersion: runs ?? nodeVersion(draft.cluster(), broker), orderedVersion: undefined }
}
