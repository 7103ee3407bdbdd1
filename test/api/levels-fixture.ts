import { changeCluster, type StatePorts } from '../../shared/state/change-cluster.ts'
import type { MemoryKafka } from './memory-kafka.ts'

/** A control plane whose Kafka is one of the mind. */
interface Scene {
  readonly ports: StatePorts & { readonly kafka: MemoryKafka }
}

/** Makes a cluster of 3.7.1 one whose nodes all run 3.9.2 by now, with the levels that it had. */
export async function rolledOnto392({ ports }: Scene, clusterId: string): Promise<void> {
  ports.kafka.supported.set('metadata.version', { min: 1, max: 21 })
  await changeCluster(ports, { tenantId: 'acme', clusterId }, (draft) => {
    const spec = { ...draft.cluster().spec, kafkaVersion: '3.9.2' } as const
    draft.setCluster({ spec, featureLevels: { 'metadata.version': 19 } })
  })
}
