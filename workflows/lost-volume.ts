import { DomainError } from '../shared/errors/domain-error.ts'
import type { HostResource } from '../shared/ports/hosts.ts'
import type { BrokerRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import type { RepairWish } from '../shared/records/operation.ts'
import { isStillEmpty } from '../shared/state/empty-volume.ts'
import { heldBack } from './desired-host.ts'

/** All that is known of the volumes of a cluster. */
export interface KnownVolumes {
  readonly resources: readonly HostResource[]
  readonly hosts: readonly HostRecord[]
  readonly wish: RepairWish | undefined
}

/** Why the volume of a node has to be given up, if it has: the fleet has none, its host cannot use it, or somebody says so. */
export function lossOf(nodeId: number, { resources, hosts, wish }: KnownVolumes): string | undefined {
  const host = hosts.find((candidate) => candidate.nodeId === nodeId)
  // A node that was never given one has not lost it.
  if (host?.volumeId === undefined) return undefined
  const exists = resources.some(
    (resource) => resource.kind === 'volume' && resource.nodeId === nodeId && resource.state !== 'Gone',
  )
  if (!exists) return `The volume of node ${nodeId} is gone.`
  const problem = host.observed?.problem
  if (problem?.code === 'VOLUME_FAILED' && problem.terminal)
    return `The volume of node ${nodeId} cannot be used: ${problem.detail}.`
  if (wish?.nodeId === nodeId && wish.unusableVolumeId === host.volumeId)
    return `The volume of node ${nodeId} was given up on request.`
  return undefined
}

/** Nobody but a person may decide what is true when most controllers have forgotten it: QUORUM_AT_RISK. */
export function refuseLostQuorum(brokers: readonly BrokerRecord[], known: KnownVolumes): void {
  const isLost = (nodeId: number) =>
    lossOf(nodeId, known) !== undefined || known.hosts.some((host) => host.nodeId === nodeId && isStillEmpty(host))
  const lost = brokers.filter(({ roles, nodeId }) => roles.includes('controller') && isLost(nodeId))
  if (lost.length < 2) return
  const ids = lost.map(({ nodeId }) => nodeId).join(' and ')
  throw new DomainError(
    'QUORUM_AT_RISK',
    `The volumes of controllers ${ids} are lost. Without most controllers nobody knows what was committed: bring back at least all but one of these volumes, from snapshots if need be.`,
    { metadata: { nodeId: lost[0]?.nodeId ?? 0 } },
  )
}

/**
 * The host as this attempt of a repair has to treat it. What an earlier attempt thought lost is judged anew, because
 * somebody may have brought the volume back; what is empty stays so until Kafka has been started on it.
 */
export function judged(host: HostRecord, mark: string, reason: string | undefined): HostRecord {
  const { emptyVolume, ...rest } = host
  if (emptyVolume?.mark === mark) return host
  if (reason !== undefined) return heldBack({ ...rest, emptyVolume: { mark, reason, state: 'Lost' } })
  if (emptyVolume && isStillEmpty(host))
    return heldBack({ ...rest, emptyVolume: { mark, reason: emptyVolume.reason, state: 'Empty' } })
  return emptyVolume ? rest : host
}

/** What is written beside a fence or a start of this node: once for the operation, or once for each loss of its volume. */
export function repairMark(host: HostRecord | undefined, operationId: string): string {
  return host?.emptyVolume?.mark ?? operationId
}

/** Tells whether what is written there is this operation's: for a node whose volume is lost or empty, of that very loss. */
export function isMarked(written: string | undefined, host: HostRecord | undefined, operationId: string): boolean {
  if (host?.emptyVolume) return written === host.emptyVolume.mark
  return written === operationId || written?.startsWith(`${operationId}/`) === true
}
