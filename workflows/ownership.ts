import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import { keys } from '../shared/records/keys.ts'
import type { OperationRecord } from '../shared/records/operation.ts'
import { assertOwner } from '../shared/state/change-cluster.ts'
import { isHeldBack } from '../shared/state/empty-volume.ts'
import { loadBroker, loadCluster, loadOperation } from '../shared/state/load.ts'
import { changeHost } from '../shared/state/settle-host.ts'
import { getRecord, type Stored } from '../shared/state/stored.ts'
import { nodeOf, type StepInput } from './step.ts'

/** The operation that the call belongs to, whatever has become of it. */
export async function operationOf(
  { store }: Needed<'store'>,
  { tenantId, operationId }: StepInput,
): Promise<OperationRecord> {
  return (await loadOperation(store, tenantId, operationId)).record
}

/** When the attempt began that the call belongs to: what hosts had said before is not held against it. */
export async function attemptBegan(ports: Needed<'store'>, input: StepInput): Promise<string> {
  const { startedAt, createdAt } = await operationOf(ports, input)
  return startedAt ?? createdAt
}

/** The cluster, if the operation still owns it; OPERATION_SUPERSEDED once another has taken it over. */
export async function ownedCluster(ports: Needed<'store'>, input: StepInput): Promise<ClusterRecord> {
  return (await ownedOperation(ports, input)).cluster
}

/** The operation and its cluster, under the same condition. */
export async function ownedOperation(
  ports: Needed<'store'>,
  input: StepInput,
): Promise<{ readonly cluster: ClusterRecord; readonly operation: OperationRecord }> {
  const { stored, operation } = await storedOwnedCluster(ports, input)
  return { cluster: stored.record, operation }
}

async function storedOwnedCluster(
  ports: Needed<'store'>,
  input: StepInput,
): Promise<{ readonly stored: Stored<ClusterRecord>; readonly operation: OperationRecord }> {
  const stored = await loadCluster(ports.store, input.tenantId, input.clusterId)
  const operation = await operationOf(ports, input)
  assertOwner(stored.record, operation, input.attempt)
  return { stored, operation }
}

/** The broker that the step is about, and its cluster, under the same condition. */
export async function ownedBroker(
  ports: Needed<'store'>,
  input: StepInput,
): Promise<{ readonly cluster: ClusterRecord; readonly broker: BrokerRecord }> {
  const cluster = await ownedCluster(ports, input)
  const broker = await loadBroker(ports.store, input.tenantId, input.clusterId, nodeOf(input))
  return { cluster, broker: broker.record }
}

/**
 * Makes something outside the store and looks again whether the operation still owns the cluster: an operation that was
 * pre-empted while the call was under way takes back what it made, so that a delete never races with a late create. A later
 * attempt of the same operation has found it and needs it.
 */
export async function makeOwned<T>(
  ports: Needed<'store'>,
  input: StepInput,
  make: () => Promise<T>,
  takeBack: () => Promise<void>,
): Promise<T> {
  await ownedCluster(ports, input)
  const made = await make()
  try {
    await ownedCluster(ports, input)
  } catch (thrown) {
    if (thrown instanceof DomainError && !(await isOfSameOperation(ports, input))) await takeBack()
    throw thrown
  }
  return made
}

async function isOfSameOperation(
  ports: Needed<'store'>,
  { tenantId, clusterId, operationId }: StepInput,
): Promise<boolean> {
  const cluster = await getRecord<ClusterRecord>(ports.store, keys.cluster(tenantId, clusterId))
  return cluster?.record.activeOperationId === operationId
}

/** The same while the operation goes on: a call that comes when it has ended has nothing to wish for any more. */
async function storedActiveCluster(ports: Needed<'store'>, input: StepInput): Promise<Stored<ClusterRecord>> {
  const { stored } = await storedOwnedCluster(ports, input)
  if (stored.record.activeOperationId === input.operationId) return stored
  throw new DomainError('OPERATION_SUPERSEDED', `Operation ${input.operationId} has ended.`)
}

/**
 * Changes the record of the node's host if the operation still owns the cluster at the moment of the commit: a call that
 * hung while the cluster was deleted must not bring the record back, nor one that hung until all was over send the host away
 * or restart it. Whatever a step wants, Kafka is not told to run on a
 * volume that is lost or empty: only the guards of a repair let it (kafka-operations §5.8).
 */
export async function changeOwnedHost(
  ports: Needed<'store' | 'clock' | 'ids'>,
  input: StepInput,
  change: (host: HostRecord) => HostRecord,
): Promise<void> {
  const guarded = (before: HostRecord): HostRecord => {
    const after = change(before)
    if (after !== before && isHeldBack(after) && after.desired?.kafka.processState === 'Running') {
      const why = `${after.emptyVolume?.reason} Only a repair starts node ${after.nodeId} on an empty one.`
      throw new DomainError('VOLUME_FAILED', why, { metadata: { nodeId: after.nodeId } })
    }
    return after
  }
  await changeHost(ports, input.tenantId, input.clusterId, nodeOf(input), guarded, async () => {
    const { key, version } = await storedActiveCluster(ports, input)
    return [{ ...key, check: true, guard: { version } }]
  })
}
