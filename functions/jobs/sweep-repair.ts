import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { acceptRepair } from '../../shared/state/accept-repair.ts'
import { lastOperations, SWEEPER } from './last-operations.ts'
import type { SilentHost } from './sweep-hosts.ts'

/** What a sweep has seen of a cluster. */
export interface SweptCluster {
  readonly cluster: ClusterRecord
  readonly hostCount: number
  /** Nodes that do not serve or are not heard of. */
  readonly badNodes: readonly number[]
  readonly silent: readonly SilentHost[]
}

/** More than this share of all hosts is not bad luck but our own trouble, or a zone's: a person has to look first. */
const MOST_BAD_SHARE = 0.4

/** The pause after a repair that failed, in minutes: what was missing, such as a machine, has to come first. */
const PAUSE_MINUTES = 10

/**
 * Orders the repair of brokers whose machine has been gone for long enough, by the fleet's own word. One at a time in a
 * cluster, none where two nodes are bad, and none anywhere while too many hosts are: replacing machines would not help.
 */
export async function repairGone(
  ports: Needed<'store' | 'clock' | 'ids' | 'log'>,
  clusters: readonly SweptCluster[],
  repairAfterSeconds: number,
): Promise<void> {
  const hosts = clusters.reduce((sum, { hostCount }) => sum + hostCount, 0)
  const bad = clusters.reduce((sum, { badNodes }) => sum + badNodes.length, 0)
  for (const { cluster, badNodes, silent } of clusters) {
    const gone = silent.find((host) => host.isGone && host.silentSeconds >= repairAfterSeconds)
    if (!gone || cluster.activeOperationId !== undefined) continue
    const { tenantId, clusterId } = cluster
    const ids = { tenantId, clusterId, nodeId: gone.nodeId }
    if (badNodes.length > 1 || bad > hosts * MOST_BAD_SHARE) {
      ports.log.warn('a machine is gone and not replaced, because others are bad, too', { ...ids, bad, hosts })
      continue
    }
    if (await hasJustFailed(ports, cluster)) continue
    await order(ports, tenantId, clusterId, gone.nodeId)
  }
}

async function hasJustFailed(
  ports: Needed<'store' | 'clock'>,
  { tenantId, clusterId }: ClusterRecord,
): Promise<boolean> {
  const [last] = await lastOperations(ports, tenantId, clusterId, 1)
  if (last?.type !== 'repairBrokers' || last.state === 'Succeeded' || last.finishedAt === undefined) return false
  return ports.clock.now() < Date.parse(last.finishedAt) + PAUSE_MINUTES * 60_000
}

async function order(
  ports: Needed<'store' | 'clock' | 'ids' | 'log'>,
  tenantId: string,
  clusterId: string,
  nodeId: number,
): Promise<void> {
  const requester = { tenantId, requestedBy: SWEEPER, requestId: ports.ids.next('request') }
  try {
    const { operationId } = await acceptRepair(ports, requester, clusterId, nodeId)
    ports.log.warn('the repair of a broker was ordered', { tenantId, clusterId, nodeId, operationId })
  } catch (thrown) {
    // Somebody was faster, or it serves again.
    if (!(thrown instanceof DomainError)) throw thrown
    ports.log.info(thrown.message, { tenantId, clusterId, nodeId, code: thrown.code })
  }
}
