import { setTimeout as pause } from 'node:timers/promises'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { ClusterSpec, type ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { acceptCreate } from '../../shared/state/accept-create.ts'
import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { loadOperation } from '../../shared/state/load.ts'
import type { ControlPlane } from '../control-plane.ts'

/** Who the benchmarks are, to the control plane. */
export const REQUESTER = { tenantId: 'bench', requestedBy: 'bench', requestId: 'bench' } as const

/** Often enough that a result does not wait for being seen. */
const POLL_MILLISECONDS = 10

/** Creates a combined cluster with 1 GiB a broker and resolves when it is Active. */
export async function createCluster(
  { ports }: ControlPlane,
  name: string,
  kafkaVersion: KafkaVersion,
  topics: ClusterSpecInput['topics'] = [],
): Promise<ClusterRecord> {
  const brokers = { count: 3, volumeGiB: 1 }
  const spec = ClusterSpec.parse({ name, topology: 'combined', kafkaVersion, brokers, topics })
  const { cluster, operation } = await acceptCreate(ports, REQUESTER, spec, () => [])
  await succeeded(ports, operation.operationId)
  return cluster
}

/** Deletes a cluster and resolves when nothing of it is left. */
export async function deleteCluster({ ports }: ControlPlane, clusterId: string): Promise<void> {
  const operation = await acceptDelete(ports, REQUESTER, clusterId, () => {})
  await succeeded(ports, operation.operationId)
}

/** Resolves when an operation has succeeded, with its record; rejects when it ends otherwise. */
export async function succeeded(ports: ControlPlane['ports'], operationId: string): Promise<OperationRecord> {
  for (;;) {
    const { record } = await loadOperation(ports.store, REQUESTER.tenantId, operationId)
    if (record.state === 'Succeeded') return record
    if (record.state !== 'Pending' && record.state !== 'Running')
      throw new Error(`${record.type} ${record.state}: ${JSON.stringify(record.error)}`)
    await pause(POLL_MILLISECONDS)
  }
}
