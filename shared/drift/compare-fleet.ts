import { INSTANCE_TYPES } from '../catalogue/instance-types.ts'
import { inboundRules } from '../network/inbound-rules.ts'
import type { FleetResource, HostResource, SecurityGroupResource } from '../ports/hosts.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'
import type { Drift } from './drift.ts'

/** The kind of volume that hosts get. */
const VOLUME_TYPE = 'gp3'

/** What the records say of a cluster that rests. */
export interface RecordedCluster {
  readonly cluster: ClusterRecord
  readonly brokers: readonly BrokerRecord[]
  readonly hosts: readonly HostRecord[]
}

/**
 * What of a cluster's machines, volumes and addresses is not as the records say. What a fleet does not tell is not compared.
 * A machine that is off is no drift but an outage: health tells of it, and a repair mends it.
 */
export function compareFleet(recorded: RecordedCluster, resources: readonly FleetResource[]): readonly Drift[] {
  const present = resources.filter(({ state }) => state !== 'Gone')
  const existing = present.filter((resource) => resource.kind !== 'securityGroup')
  const groups = present.filter((resource) => resource.kind === 'securityGroup')
  const nodes = new Set(recorded.brokers.map(({ nodeId }) => nodeId))
  return [
    ...recorded.brokers.flatMap((broker) => {
      const host = recorded.hosts.find(({ nodeId }) => nodeId === broker.nodeId)
      const own = existing.filter(({ nodeId }) => nodeId === broker.nodeId)
      return host ? [...machineOf(recorded, host, own), ...volumeOf(broker, host, own), ...addressOf(host, own)] : []
    }),
    ...existing.filter(({ nodeId }) => !nodes.has(nodeId)).map(unexpected),
    ...rulesOf(recorded, groups),
  ]
}

type Own = readonly HostResource[]

const ofKind = (own: Own, wanted: HostResource['kind']) => own.filter(({ kind }) => kind === wanted)

function machineOf({ cluster }: RecordedCluster, { nodeId, instanceId }: HostRecord, own: Own): readonly Drift[] {
  const machines = ofKind(own, 'instance')
  const found = machines.find(({ id }) => id === instanceId)
  const others = machines.filter((machine) => machine !== found).map(unexpected)
  if (!found) return [...missing('MachineMissing', nodeId, instanceId, 'machine'), ...others]
  const wanted = INSTANCE_TYPES[cluster.spec.brokers.instanceType].ec2InstanceType
  if (found.instanceType === undefined || found.instanceType === wanted) return others
  const detail = `The machine of node ${nodeId} is of the type ${found.instanceType} and not of ${wanted}.`
  return [{ kind: 'MachineTypeDiffers', nodeId, detail }, ...others]
}

function volumeOf(broker: BrokerRecord, host: HostRecord, own: Own): readonly Drift[] {
  const { nodeId } = broker
  const volumes = ofKind(own, 'volume')
  const found = volumes.find(({ id }) => id === host.volumeId)
  const others = volumes.filter((volume) => volume !== found).map(unexpected)
  if (!found) return [...missing('VolumeMissing', nodeId, host.volumeId, 'volume'), ...others]
  const { volumeGiB, volumeType, encrypted, attachedTo, id: resourceId } = found
  const drifts: Drift[] = [...others]
  // One that was ordered larger, and of which nobody knows whether it grew, may have either size.
  const most = Math.max(broker.volumeGiB, broker.orderedGiB ?? 0)
  if (volumeGiB !== undefined && (volumeGiB < broker.volumeGiB || volumeGiB > most)) {
    const detail = `The volume of node ${nodeId} has ${volumeGiB} GiB and not ${broker.volumeGiB}.`
    drifts.push({ kind: 'VolumeSizeDiffers', nodeId, detail })
  }
  if (volumeType !== undefined && volumeType !== VOLUME_TYPE) {
    const detail = `The volume of node ${nodeId} is of the type ${volumeType} and not of ${VOLUME_TYPE}.`
    drifts.push({ kind: 'VolumeTypeDiffers', nodeId, detail })
  }
  if (encrypted === false)
    drifts.push({ kind: 'VolumeNotEncrypted', nodeId, detail: `The volume of node ${nodeId} is not encrypted.` })
  // A node of a stopped cluster has no machine.
  if (attachedTo !== undefined && attachedTo !== (host.instanceId ?? '')) {
    const detail = `The volume of node ${nodeId} is not attached to the machine of the node.`
    drifts.push({ kind: 'VolumeElsewhere', nodeId, resourceId, detail })
  }
  return drifts
}

function addressOf({ nodeId, address }: HostRecord, own: Own): readonly Drift[] {
  const addresses = ofKind(own, 'address')
  const found = addresses.find((candidate) => candidate.address === address)
  const others = addresses.filter((candidate) => candidate !== found && candidate.address !== undefined)
  const isTold = addresses.length === 0 || others.length > 0
  return [...(found || !isTold ? [] : missing('AddressMissing', nodeId, address, 'address')), ...others.map(unexpected)]
}

/** Who may reach the clients' listener; a fleet that knows no security groups has nothing to compare. */
function rulesOf({ cluster }: RecordedCluster, groups: readonly SecurityGroupResource[]): readonly Drift[] {
  const wanted = new Set(inboundRules(cluster.spec.network).map(({ cidr }) => cidr))
  return groups.flatMap(({ inbound, id: resourceId }) => {
    if (!inbound) return []
    const found = new Set(inbound.map(({ cidr }) => cidr))
    return [
      ...[...wanted].filter((cidr) => !found.has(cidr)).map((cidr) => ({ cidr, kind: 'RuleMissing' as const })),
      ...[...found].filter((cidr) => !wanted.has(cidr)).map((cidr) => ({ cidr, kind: 'RuleUnexpected' as const })),
    ].map(({ cidr, kind }) => ({
      kind,
      setting: cidr,
      resourceId,
      detail:
        kind === 'RuleMissing'
          ? `Clients from ${cidr} were allowed and cannot reach the brokers.`
          : `Clients from ${cidr} can reach the brokers and were not allowed to.`,
    }))
  })
}

type Missing = 'MachineMissing' | 'VolumeMissing' | 'AddressMissing'

/** A node that was never given one misses nothing. */
function missing(kind: Missing, nodeId: number, resourceId: string | undefined, what: string): readonly Drift[] {
  return resourceId === undefined
    ? []
    : [{ kind, nodeId, resourceId, detail: `The ${what} of node ${nodeId} is gone.` }]
}

const UNEXPECTED = {
  instance: { kind: 'MachineUnexpected', what: 'machine' },
  volume: { kind: 'VolumeUnexpected', what: 'volume' },
  address: { kind: 'AddressUnexpected', what: 'address' },
} as const

function unexpected({ kind, nodeId, id }: HostResource): Drift {
  const { kind: drift, what } = UNEXPECTED[kind]
  return { kind: drift, nodeId, resourceId: id, detail: `There is a ${what} for node ${nodeId} that no record knows.` }
}
