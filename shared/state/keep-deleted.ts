import { DomainError } from '../errors/domain-error.ts'
import type { OperationType } from '../lifecycle/lifecycle.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'
import type { OperationRecord } from '../records/operation.ts'
import { isHeldBack } from './empty-volume.ts'

/** Operations that leave the nodes of a cluster as they are, whenever a delete takes it over. */
const LEAVE_THE_NODES: ReadonlySet<OperationType> = new Set([
  'updateConfig',
  'rebootBrokers',
  'extendVolumes',
  'updateNetwork',
  'updateCluster',
  'repairBrokers',
  'stopCluster',
  'startCluster',
  'restoreCluster',
  'deleteCluster',
])

interface Kept {
  readonly cluster: ClusterRecord
  readonly brokers: readonly BrokerRecord[]
  readonly hosts: readonly HostRecord[]
  readonly running: OperationRecord | undefined
}

/**
 * For how many days a delete keeps a cluster, by its order; nothing where it never held anything, or is being purged already.
 * Where what would be kept could not be restored, the delete is refused: whoever asked to be saved from a mistake is not to lose
 * everything because it was made at a bad moment.
 */
export function keepDaysOf(kept: Kept): number | undefined {
  const { cluster } = kept
  const { keepDays } = cluster.spec.deletion ?? { keepDays: 0 }
  if (keepDays === 0 || cluster.ledgerSequence === 0 || cluster.purging) return undefined
  const why = whyNotKept(kept)
  if (why === undefined) return keepDays
  const { clusterId, status, health } = cluster
  throw new DomainError(
    'STATUS_NOT_ALLOWED',
    `Cluster ${clusterId} cannot be kept for ${keepDays} days, as was ordered: ${why} With now=true it is deleted with all its data at once.`,
    { metadata: { clusterId, status, health, keepDays } },
  )
}

function whyNotKept({ brokers, hosts, running }: Kept): string | undefined {
  if (running && !LEAVE_THE_NODES.has(running.type))
    return `operation ${running.operationId} (${running.type}) is changing its nodes; cancel it or let it end first.`
  const broken = brokers.filter(({ nodeId, joining }) => {
    const host = hosts.find((candidate) => candidate.nodeId === nodeId)
    return joining !== undefined || host?.volumeId === undefined || host.desired === undefined || isHeldBack(host)
  })
  if (broken.length === 0) return undefined
  return `node ${broken.map(({ nodeId }) => nodeId).join(', ')} has no whole volume; repair it first.`
}
