import { rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchKafka } from '../agent/kafka/fetch.ts'
import { DomainError } from '../shared/errors/domain-error.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { ClusterRef, FleetResource, HostFleet, NodeRef } from '../shared/ports/hosts.ts'
import type { Ids } from '../shared/ports/ids.ts'
import { type FleetRow, openFleetRecords } from './fleet-records.ts'
import { hostDirOf, type LocalHostSpec, volumeFile } from './hosts/host-spec.ts'
import { hasVolume, makeVolume } from './hosts/make-volume.ts'
import { powerOffHost } from './hosts/power-off.ts'
import { powerOnHost } from './hosts/power-on.ts'
import { isPoweredOn, wantsReboot } from './hosts/power-state.ts'
import { HOST_AUDIENCE, type Issuer } from './issuer.ts'
import { chooseAddress } from './loopback-addresses.ts'
import { takingTurns } from './taking-turns.ts'
import { nextChangeAt } from './volume-change-rule.ts'

/** What the local fleet is made of. */
export interface LocalFleetParts {
  readonly home: string
  readonly ids: Ids
  readonly issuer: Issuer
  /** `127.<x>`: the first two bytes of the addresses that hosts get. */
  readonly loopbackRange: string
  readonly kafkaReleasesDir: string
  /** How often a volume may be changed within 24 hours. Default: as often as anybody likes. */
  readonly volumeRule?: { readonly changesPerDay: number; readonly clock: Pick<Clock, 'now'> } | undefined
  /** The agent as one file, as hosts on AWS get it. */
  readonly agentFile: string
  /** Known only once the hosts' API listens. */
  readonly controlPlaneUrl: () => string
  /** Settings of hosts for tests of failures, such as a `java` that ends at once. */
  readonly hostOverrides?: Partial<Pick<LocalHostSpec, 'java' | 'isolated' | 'stopTimeoutSeconds'>>
}

/** Hosts as process groups of this machine; what belongs to one is found in the fleet's own records, as on EC2 by tag. */
export interface LocalFleet extends HostFleet {
  /** Switches on every host that should be on: after a restart of this machine or of everything. */
  powerOnAll(): Promise<void>
  /** Switches on the hosts that went down in order to reboot, each in a boot of its own. */
  bootAgain(): Promise<void>
  /** Switches every host off and keeps its data. */
  powerOffAll(): Promise<void>
  close(): void
}

/** An empty XFS takes up to 64 MiB of a thin file; below this a host could not even begin. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024

/** The grace that Kafka gets when everything is switched off at once; what is not over then is recovered at the next start. */
const POWER_OFF_GRACE_SECONDS = 15

/** Opens the fleet of a home. */
export function openLocalFleet(parts: LocalFleetParts): LocalFleet {
  const { home, ids, issuer } = parts
  const records = openFleetRecords(join(home, 'fleet.sqlite'))
  // A host is never switched on while it is being removed; the nodes of a cluster find the block that the first of them took.
  const inTurn = takingTurns()

  const powerOn = async (node: NodeRef, instanceId: string, volumeId: string) => {
    const { tenantId, clusterId, nodeId } = node
    const token = await issuer.sign(HOST_AUDIENCE, instanceId, { tenant: tenantId, cluster: clusterId, node: nodeId })
    const { kafkaReleasesDir, agentFile, controlPlaneUrl, hostOverrides } = parts
    await powerOnHost({
      home,
      instanceId,
      volumeId,
      controlPlaneUrl: controlPlaneUrl(),
      token,
      kafkaReleasesDir,
      agentFile,
      ...hostOverrides,
    })
  }

  const takeAddress = async (node: NodeRef) => {
    const addresses = records.all().filter(({ kind }) => kind === 'address')
    const own = addresses.filter(
      ({ tenantId, clusterId }) => tenantId === node.tenantId && clusterId === node.clusterId,
    )
    const found = records.find(node, 'address')?.id
    const address =
      found ??
      (await chooseAddress(
        parts.loopbackRange,
        node.nodeId,
        own.map(({ id }) => id),
        addresses.map(({ id }) => id),
      ))
    return { address: records.ensure(node, 'address', () => address).id }
  }

  const asResource = async (row: FleetRow): Promise<FleetResource> => {
    if (row.kind === 'instance')
      return { ...row, state: (await isPoweredOn(hostDirOf(home, row.id))) ? 'Running' : 'Stopped' }
    const isLost = row.kind === 'volume' && records.sizeOf(row.id) > 0 && !(await hasVolume(home, row.id))
    return {
      ...row,
      state: isLost ? 'Gone' : 'Running',
      ...(row.kind === 'volume' && { volumeGiB: records.sizeOf(row.id) }),
      ...(row.kind === 'address' && { address: row.id }),
    }
  }

  return {
    // Loopback addresses have no firewall: who may reach the cluster is noted and not enforced.
    ensureSecurityGroup: async (cluster, inbound) => {
      records.noteInbound(cluster, inbound)
      return { securityGroupId: securityGroupIdOf(cluster) }
    },
    removeSecurityGroup: async (cluster) => {
      const { tenantId, clusterId } = cluster
      if (records.ofCluster(tenantId, clusterId).some(({ kind }) => kind === 'address'))
        throw new DomainError('NOT_YET', 'The security group of the cluster is still in use.')
      records.forgetInbound(cluster)
    },
    ensureAddress: (node) => inTurn('addresses', () => takeAddress(node)),
    ensureVolume: async (spec) => {
      const found = records.find(spec, 'volume')
      // A size is noted once the volume was made: one that has been lost since is not made a second time.
      if (found && records.sizeOf(found.id) > 0) return { volumeId: found.id }
      const { bavail, bsize } = await statfs(home)
      if (bavail * bsize < LEAST_FREE_BYTES) {
        throw new DomainError(
          'VOLUME_FAILED',
          `Only ${Math.floor((bavail * bsize) / 1024 ** 2)} MiB are free for the volume of node ${spec.nodeId}.`,
        )
      }
      const { id } = records.ensure(spec, 'volume', () => ids.next('volume'))
      await makeVolume(home, id, parts.hostOverrides?.isolated)
      records.noteSize(id, spec.volumeGiB)
      return { volumeId: id }
    },
    stageRelease: async (version) => {
      await fetchKafka(version, { cacheDir: parts.kafkaReleasesDir })
    },
    ensureInstance: async (spec, volumeId) => {
      await fetchKafka(spec.kafkaVersion, { cacheDir: parts.kafkaReleasesDir })
      const { id } = records.ensure(spec, 'instance', () => ids.next('instance'))
      records.noteIncarnation(id, spec.incarnation)
      await inTurn(id, () => powerOn(spec, id, volumeId))
      return { instanceId: id }
    },
    growVolume: async (spec) => {
      const found = records.find(spec, 'volume')
      if (!found) throw new DomainError('VOLUME_FAILED', `Node ${spec.nodeId} has no volume that could grow.`)
      const rule = parts.volumeRule
      const nextAt = () => rule && nextChangeAt(records.changesOf(found.id), rule.changesPerDay, rule.clock.now())
      // As in ensureVolume, the host does the work.
      if (records.sizeOf(found.id) < spec.volumeGiB) {
        const earliest = nextAt()
        if (earliest !== undefined) throw tooSoon(spec.nodeId, earliest)
        if (rule) records.noteChange(found.id, rule.clock.now())
        records.noteSize(found.id, spec.volumeGiB)
      }
      const at = nextAt()
      return at === undefined ? {} : { changeableAt: new Date(at).toISOString() }
    },
    removeInstance: async (node, upToIncarnation = Number.POSITIVE_INFINITY) => {
      const found = records.find(node, 'instance')
      if (!found || records.incarnationOf(found.id) > upToIncarnation) return
      await inTurn(found.id, async () => {
        await powerOffHost(hostDirOf(home, found.id))
        await rm(hostDirOf(home, found.id), { recursive: true, force: true })
        records.remove(found)
      })
    },
    removeVolume: async (node, volumeId) => {
      const found = records.find(node, 'volume')
      if (!found || (volumeId !== undefined && found.id !== volumeId)) return
      for (const kind of ['image', 'directory'] as const)
        await rm(volumeFile(home, found.id, kind), { recursive: true, force: true })
      records.remove(found)
    },
    removeAddress: async (node) => {
      const found = records.find(node, 'address')
      if (found) records.remove(found)
    },
    list: async (tenantId, clusterId) => {
      const inbound = records.inboundOf({ tenantId, clusterId })
      const group = { tenantId, clusterId, kind: 'securityGroup', state: 'Running' } as const
      return [
        ...(await Promise.all(records.ofCluster(tenantId, clusterId).map(asResource))),
        ...(inbound ? [{ ...group, id: securityGroupIdOf(group), inbound }] : []),
      ]
    },
    powerOnAll: async () => {
      for (const row of records.all().filter(({ kind }) => kind === 'instance')) {
        const volume = records.find(row, 'volume')
        if (volume) await powerOn(row, row.id, volume.id)
      }
    },
    bootAgain: async () => {
      const instances = records.all().filter(({ kind }) => kind === 'instance')
      const bootAgain = (row: FleetRow) =>
        inTurn(row.id, async () => {
          // It may have been removed while it waited for its turn.
          const volume = records.find(row, 'instance')?.id === row.id ? records.find(row, 'volume') : undefined
          if (volume && (await wantsReboot(hostDirOf(home, row.id)))) await powerOn(row, row.id, volume.id)
        })
      await Promise.all(instances.map(bootAgain))
    },
    powerOffAll: async () => {
      const instances = records.all().filter(({ kind }) => kind === 'instance')
      await Promise.all(
        instances.map(({ id }) => powerOffHost(hostDirOf(home, id), { gracefulSeconds: POWER_OFF_GRACE_SECONDS })),
      )
    },
    close: () => records.close(),
  }
}

function tooSoon(nodeId: number, at: number): DomainError {
  const earliestAt = new Date(at).toISOString()
  const detail = `The volume of node ${nodeId} was changed a short while ago; it can be changed again from ${earliestAt}.`
  return new DomainError('VOLUME_CHANGE_TOO_SOON', detail, { metadata: { earliestAt } })
}

/** There is one for each cluster. */
const securityGroupIdOf = ({ clusterId }: ClusterRef) => `sg_${clusterId}`
