import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { Write } from '../../shared/ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import { acceptRepair } from '../../shared/state/accept-repair.ts'
import { CallersConflict } from '../../shared/state/callers-conflict.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { lastOperations, SWEEPER } from './last-operations.ts'
import { countRepair, FAILURES_OF_LONGEST_PAUSE, MOST_BAD_SHARE, pauseMinutes } from './repair-limits.ts'
import type { SweptHosts } from './sweep-hosts.ts'

/** What a sweep has seen of a cluster. */
export interface SweptCluster extends SweptHosts {
  readonly cluster: ClusterRecord
  readonly brokers: readonly BrokerRecord[]
  /** Nodes that do not serve or are not heard of. */
  readonly badNodes: readonly number[]
}

type RepairPorts = Needed<'store' | 'clock' | 'ids' | 'log'>

const OTHERS_ARE_DOWN = 'It is not replaced by itself, because another node of the cluster is down, too.'
const TOO_MANY_ARE_DOWN = 'It is not replaced by itself, because too many hosts are down at the same time.'
const TOO_MANY_REPLACED =
  'It is not replaced by itself, because too many hosts have been replaced within the last hour.'

/**
 * Orders the repair of brokers whose machine has been gone, or whose volume has been of no use, for long enough; the repair
 * finds out by itself which case it is. One at a time in a cluster, none where two nodes are bad, and none anywhere while too
 * many hosts are, or were replaced within the hour: replacing more of them would not help. Answers how many are held for that.
 */
export async function repairGone(
  ports: RepairPorts,
  clusters: readonly SweptCluster[],
  repairAfterSeconds: number,
): Promise<number> {
  let held = 0
  const holdBack = async (swept: SweptCluster, nodeId: number, reason: string) => {
    held++
    await hold(ports, swept, nodeId, reason)
  }
  const hosts = clusters.reduce((sum, { brokers }) => sum + brokers.length, 0)
  const bad = clusters.reduce((sum, { badNodes }) => sum + badNodes.length, 0)
  for (const swept of clusters) {
    const { cluster, badNodes, brokers } = swept
    // Half of it was stopped on request: whether the rest follows, or all comes back, is for whoever asked for that.
    if (brokers.some(({ status }) => status === 'Stopped')) continue
    const nodeId = lostNode(swept, repairAfterSeconds, ports.clock.now())
    if (nodeId === undefined || cluster.activeOperationId !== undefined) continue
    if (badNodes.length > 1) await holdBack(swept, nodeId, OTHERS_ARE_DOWN)
    else if (bad > hosts * MOST_BAD_SHARE) await holdBack(swept, nodeId, TOO_MANY_ARE_DOWN)
    else if (!(await restsAfterFailures(ports, cluster))) {
      const counted = await countRepair(ports, hosts)
      if (counted) await order(ports, cluster, nodeId, counted)
      else await holdBack(swept, nodeId, TOO_MANY_REPLACED)
    }
  }
  return held
}

function lostNode(
  { silent, withoutVolume, brokers }: SweptCluster,
  afterSeconds: number,
  now: number,
): number | undefined {
  const gone = silent.find((host) => host.isGone && host.silentSeconds >= afterSeconds)
  if (gone) return gone.nodeId
  const isLongBroken = ({ nodeId, health, updatedAt }: BrokerRecord) =>
    withoutVolume.includes(nodeId) && health !== 'Healthy' && now - Date.parse(updatedAt) >= afterSeconds * 1000
  return brokers.find(isLongBroken)?.nodeId
}

/** Says once, to people and to whoever follows the events, why a broker stays as it is. */
async function hold(ports: RepairPorts, { cluster, brokers }: SweptCluster, nodeId: number, reason: string) {
  const { tenantId, clusterId } = cluster
  if (brokers.find((broker) => broker.nodeId === nodeId)?.repairHeld === reason) return
  ports.log.warn('a broker is not repaired by itself', { tenantId, clusterId, nodeId, reason })
  await changeCluster(ports, { tenantId, clusterId }, (draft) => draft.holdRepair(nodeId, reason))
}

async function restsAfterFailures(
  ports: Needed<'store' | 'clock'>,
  { tenantId, clusterId }: ClusterRecord,
): Promise<boolean> {
  const last = await lastOperations(ports, tenantId, clusterId, FAILURES_OF_LONGEST_PAUSE)
  const other = last.findIndex(({ type, state }) => type !== 'repairBrokers' || state === 'Succeeded')
  const failures = other === -1 ? last.length : other
  const finishedAt = last[0]?.finishedAt
  if (failures === 0 || finishedAt === undefined) return false
  return ports.clock.now() < Date.parse(finishedAt) + pauseMinutes(failures) * 60_000
}

async function order(
  ports: RepairPorts,
  { tenantId, clusterId }: ClusterRecord,
  nodeId: number,
  counted: Write,
): Promise<void> {
  const requester = { tenantId, requestedBy: SWEEPER, requestId: ports.ids.next('request') }
  try {
    const { operationId } = await acceptRepair(ports, requester, clusterId, nodeId, { also: () => [counted] })
    ports.log.warn('the repair of a broker was ordered', { tenantId, clusterId, nodeId, operationId })
  } catch (thrown) {
    // Somebody was faster, or it serves again; another sweep that counted at the same time comes round again.
    if (thrown instanceof CallersConflict) return
    if (!(thrown instanceof DomainError)) throw thrown
    ports.log.info(thrown.message, { tenantId, clusterId, nodeId, code: thrown.code })
  }
}
