import type { ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import { changeCluster, type StatePorts, timestamp } from '../../shared/state/change-cluster.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { keepCluster } from '../../workflows/steps/keep-cluster.ts'
import type { Answer } from './conformance.ts'
import { CA_PEM, type CallOptions, type Harness } from './harness.ts'

/** A valid order. */
export function aCluster(patch: Partial<ClusterSpecInput> = {}): ClusterSpecInput {
  return { name: 'orders', topology: 'combined', brokers: { volumeGiB: 100 }, ...patch }
}

/** Reads a text out of an answer: `textAt(answer, 'error', 'code')`. */
export function textAt(answer: Answer, ...path: readonly string[]): string {
  let value: unknown = answer.body
  for (const part of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
  if (typeof value !== 'string') throw new Error(`no text at ${path.join('.')} in ${JSON.stringify(answer.body)}`)
  return value
}

/** The items of a list answer. */
export function itemsOf(answer: Answer): readonly Record<string, unknown>[] {
  const items: unknown =
    typeof answer.body === 'object' && answer.body !== null ? Reflect.get(answer.body, 'items') : undefined
  if (!Array.isArray(items)) throw new Error(`no items in ${JSON.stringify(answer.body)}`)
  return items
}

/** Orders a cluster and gives its id and that of its operation. */
export async function ordered(
  h: Harness,
  patch: Partial<ClusterSpecInput> = {},
  options: CallOptions = {},
): Promise<{ clusterId: string; operationId: string }> {
  const answer = await h.post('/v1/clusters', aCluster(patch), options)
  if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`)
  await h.enlistClusters()
  return { clusterId: textAt(answer, 'target', 'id'), operationId: textAt(answer, 'id') }
}

/** Orders a cluster and brings it to `Active`, as its workflow would. */
export async function activeCluster(
  h: Harness,
  patch: Partial<ClusterSpecInput> = {},
  options: CallOptions = {},
): Promise<{ clusterId: string; operationId: string }> {
  const { clusterId, operationId } = await ordered(h, patch, options)
  const tenantId = options.as ?? 'acme'
  await changeCluster(h.ports, { tenantId, clusterId, operationId }, (draft) => {
    draft.setCluster({ caCertificatePem: CA_PEM })
    draft.enterCluster('Creating', 'Unknown')
    for (const { nodeId } of draft.brokers()) {
      draft.enterBroker(nodeId, 'Creating', { address: `10.0.0.${nodeId}` })
      draft.enterBroker(nodeId, 'Active', { health: 'Healthy' })
    }
    draft.enterCluster('Active', 'Healthy')
    const { activeOperationId: _ended, ...idle } = draft.cluster()
    draft.replaceCluster(idle)
    draft.setOperation({ state: 'Succeeded', finishedAt: timestamp(h.ports) })
  })
  return { clusterId, operationId }
}

/** Lets a running operation rest, as its workflow does between two brokers. */
export async function paused(h: Harness, clusterId: string, operationId: string): Promise<void> {
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
    draft.replaceOperation({ ...draft.operation(), state: 'Paused' }),
  )
}

/** Stops a cluster that is `Active`, as its workflow would. */
export async function stoppedCluster(h: Harness, clusterId: string): Promise<void> {
  const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/stop`), 'id')
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
    for (const { nodeId } of draft.brokers()) {
      draft.enterBroker(nodeId, 'Stopping', { health: 'Unknown' })
      draft.enterBroker(nodeId, 'Stopped')
    }
    endOperation(draft, { state: 'Succeeded', cluster: 'Stopped' })
  })
}

/** Gives every node of a cluster of the tenant acme a host with a volume, as its workflow did. */
export async function withVolumes(ports: StatePorts, clusterId: string): Promise<void> {
  for (const { nodeId } of await brokersOf(ports.store, 'acme', clusterId))
    await changeHost(ports, 'acme', clusterId, nodeId, (host) => ({
      ...host,
      volumeId: `vol_${nodeId}`,
      desired: Object({ kafka: { config: {} } }),
    }))
  await changeCluster(ports, { tenantId: 'acme', clusterId }, (draft) =>
    draft.replaceCluster({ ...draft.cluster(), ledgerSequence: Math.max(1, draft.cluster().ledgerSequence) }),
  )
}

/** Carries out a delete that keeps its cluster, as its workflow would. */
export async function deletedAndKept(ports: StatePorts, clusterId: string, operationId: string): Promise<void> {
  await changeCluster(ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
    for (const { nodeId } of draft.brokers()) {
      draft.enterBroker(nodeId, 'Deleting', { health: 'Unknown' })
      draft.enterBroker(nodeId, 'Stopped')
    }
  })
  await keepCluster.run({ tenantId: 'acme', clusterId, operationId, attempt: 1 }, { ...ports, log: silent })
}

/** Deletes a cluster that is `Active` and kept by its order. */
export async function keptCluster(h: Harness, clusterId: string): Promise<void> {
  await withVolumes(h.ports, clusterId)
  await deletedAndKept(h.ports, clusterId, textAt(await h.delete(`/v1/clusters/${clusterId}`), 'id'))
}

const silent = { info() {}, warn() {}, error() {} }
