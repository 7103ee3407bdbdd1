import { DomainError } from '../../shared/errors/domain-error.ts'
import { isServing } from '../../shared/lifecycle/serving.ts'
import { type HostResource, isOfNode } from '../../shared/ports/hosts.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { hostsOf } from '../../shared/state/load.ts'
import { noteHealth } from '../../shared/state/note-health.ts'
import { SILENT_AFTER_SECONDS, silentSeconds } from '../../shared/state/silence.ts'

/** A host that is not heard of. */
export interface SilentHost {
  readonly nodeId: number
  readonly silentSeconds: number
  /** The fleet itself says that its machine is off or gone; silence alone may be the control plane's own trouble. */
  readonly isGone: boolean
}

/** What the hosts of a cluster say, or no longer say. */
export interface SweptHosts {
  readonly silent: readonly SilentHost[]
  /** Nodes whose hosts are heard of, and say that their volume cannot be used however often they try. */
  readonly withoutVolume: readonly number[]
}

/**
 * Finds the hosts of a cluster that fell silent, and those that have lost their volume. Silence is no proof of death: the
 * broker's health is Unknown until the fleet says that the machine is off, and Unavailable then. It is Healthy again with
 * its next report.
 */
export async function sweepHosts(
  ports: Needed<'store' | 'clock' | 'ids' | 'hosts'>,
  cluster: ClusterRecord,
  listeningSince = Number.NEGATIVE_INFINITY,
): Promise<SweptHosts> {
  const { tenantId, clusterId } = cluster
  if (!isServing(cluster) && cluster.status !== 'Error') return { silent: [], withoutVolume: [] }
  const hosts = await hostsOf(ports.store, tenantId, clusterId)
  const now = ports.clock.now()
  const silent = hosts.filter((host) => (silentSeconds(host, now) ?? 0) > SILENT_AFTER_SECONDS)
  const withoutVolume = hosts
    .filter((host) => !silent.includes(host) && hasLostVolume(host))
    .map(({ nodeId }) => nodeId)
  if (silent.length === 0) return { silent: [], withoutVolume }
  const resources = await whatExists(ports, tenantId, clusterId)
  const hasListened = now - listeningSince > SILENT_AFTER_SECONDS * 1000
  const found = silent
    .map((host) => ({
      nodeId: host.nodeId,
      silentSeconds: silentSeconds(host, now) ?? 0,
      reportedAt: host.reportedAt,
      isGone: resources !== undefined && !resources.some((resource) => isRunningMachineOf(host.nodeId, resource)),
    }))
    .filter(({ isGone }) => isGone || hasListened)
  for (const { nodeId, isGone, reportedAt } of found) {
    const reason = isGone
      ? `The machine of this broker is off; it was last heard of at ${reportedAt}.`
      : `Nothing has been heard of this broker's host since ${reportedAt}.`
    await noteHealth(ports, tenantId, clusterId, nodeId, { health: isGone ? 'Unavailable' : 'Unknown', reason })
  }
  return { silent: found, withoutVolume }
}

function hasLostVolume({ observed, generation }: HostRecord): boolean {
  const { problem } = observed ?? {}
  return observed?.generation === generation && problem?.code === 'VOLUME_FAILED' && problem.terminal
}

function isRunningMachineOf(nodeId: number, { kind, nodeId: of, state }: HostResource): boolean {
  return kind === 'instance' && of === nodeId && (state === 'Running' || state === 'Pending')
}

/** What the fleet knows, if there is one to ask. */
async function whatExists(
  { hosts }: Needed<'hosts'>,
  tenantId: string,
  clusterId: string,
): Promise<readonly HostResource[] | undefined> {
  try {
    return (await hosts.list(tenantId, clusterId)).filter(isOfNode)
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'NOT_PROVIDED') return undefined
    throw thrown
  }
}
