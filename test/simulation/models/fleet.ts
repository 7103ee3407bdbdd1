import type { Random } from '../../../local/asl/random.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef, HostFleet, HostSpec, NodeRef } from '../../../shared/ports/hosts.ts'
import type { FaultPlan } from '../faults.ts'
import { isOn, type Machine, machineOf, newMachine, nodeName, savedMachine } from './machine.ts'
import { resourceHistory } from './resource-history.ts'
import { NO_FLEET, type SavedFleet } from './saved-fleet.ts'

/** The cloud of the simulated world. */
export interface FleetModel extends HostFleet {
  /** Machines that exist, also those that died and were not removed. */
  machines(): readonly Machine[]
  /** The ranges that reach a cluster's clients' listener; nothing where it has no security group. */
  inboundOf(cluster: ClusterRef): readonly string[] | undefined
  /** Everything that exists, as names for people. */
  resources(): readonly string[]
  /** The machine loses power and its memory; volume and address stay. */
  kill(machine: Machine): void
  /** Tenants' records take so much of the volume from now on, as far as it goes. */
  fill(machine: Machine, usedGiB: number): void
  /** The machine loses power, and its volume with it. */
  killWithDisk(machine: Machine): void
  /** What another model needs to go on from here; throws while a machine boots. */
  save(): SavedFleet
}

interface FleetParts {
  readonly clock: Clock
  readonly random: Random
  readonly faults: Pick<FaultPlan, 'staleSeconds' | 'takePort'>
  /** Switches a new machine on. */
  readonly boot: (machine: Machine) => void
  /** Told before a machine is removed, whatever it is doing. */
  readonly onRemove: (machine: Machine) => void
}

/** The longest that a call of the cloud takes, in milliseconds; its effect happens somewhere in the middle. */
const LONGEST_CALL_MILLISECONDS = 1500

/**
 * A cloud as EC2 is one: a machine is found again by its client token, a volume in use cannot be deleted, and the effect
 * of a call comes some time before its answer. Machines that were saved are there and have yet to be switched on.
 */
export function fleetModel({ clock, random, faults, boot, onRemove }: FleetParts, saved = NO_FLEET): FleetModel {
  const own = structuredClone(saved)
  const addresses = new Map(own.addresses)
  const volumes = new Map(own.volumes)
  const groups = new Map(own.groups)
  const machines = new Map(own.machines.map((machine) => [machine.instanceId, machineOf(machine, volumes)]))
  const usedTokens = new Map(own.usedTokens)
  const incarnations = new Map(own.incarnations)
  const history = resourceHistory(clock, own.history)
  let made = own.made

  async function takingTime<T>(effect: () => T): Promise<T> {
    const milliseconds = random.number() * LONGEST_CALL_MILLISECONDS
    await clock.sleep(milliseconds / 2)
    const answer = effect()
    await clock.sleep(milliseconds / 2)
    return answer
  }
  const isMine = (node: NodeRef) => (owned: { readonly node: NodeRef }) => nodeName(owned.node) === nodeName(node)
  const find = <T extends { readonly node: NodeRef }>(things: ReadonlyMap<string, T>, node: NodeRef) =>
    [...things.values()].find(isMine(node))

  function makeMachine(spec: HostSpec, volumeId: string, address: string): Machine {
    const token = `${nodeName(spec)}/${spec.incarnation}`
    const known = usedTokens.get(token)
    if (known !== undefined) {
      const machine = machines.get(known)
      if (!machine) throw new Error(`the client token ${token} belongs to a machine that is gone`)
      if (machine.volumeId !== volumeId || machine.address !== address)
        throw new Error(`the client token ${token} was used with another volume or address`)
      return machine
    }
    if (!volumes.has(volumeId)) throw new Error(`there is no volume ${volumeId}`)
    if (!addresses.has(address)) throw new Error(`there is no address ${address}`)
    const user = [...machines.values()].find((machine) => machine.volumeId === volumeId || machine.address === address)
    if (user) throw new Error(`volume ${volumeId} or address ${address} is in use by ${user.instanceId}`)
    const instanceId = `i_${++made}`
    usedTokens.set(token, instanceId)
    incarnations.set(instanceId, spec.incarnation)
    const { tenantId, clusterId, nodeId } = spec
    const node = { tenantId, clusterId, nodeId }
    const machine = machineOf(newMachine({ node, instanceId, volumeId, address }, clock.now()), volumes)
    machines.set(instanceId, machine)
    history.made('instance', instanceId, spec)
    boot(machine)
    return machine
  }

  function switchOff(machine: Machine): void {
    machine.kafka = undefined
    if (machine.offAt === undefined) history.off(machine.instanceId)
    machine.offAt ??= clock.now()
    machine.off.abort(new Error(`machine ${machine.instanceId} is off`))
  }

  const refuseIfUsed = (uses: (machine: Machine) => boolean, what: string) => {
    const user = [...machines.values()].find(uses)
    if (user) throw new Error(`${what} is in use by ${user.instanceId}`)
  }

  const groupName = ({ tenantId, clusterId }: ClusterRef) => `${tenantId}/${clusterId}`

  return {
    // Made, let in and shut out one after the other, as by calls of their own: a death may come between any two of them.
    ensureSecurityGroup: async (cluster, inbound) => {
      const { inbound: rules } = await takingTime(() => {
        const name = groupName(cluster)
        const group = groups.get(name) ?? { inbound: new Map<string, string>() }
        if (!groups.has(name)) history.madeGroup(`sg of ${name}`, cluster)
        groups.set(name, group)
        return group
      })
      await takingTime(() => {
        for (const { cidr, description } of inbound) rules.set(cidr, description)
      })
      if (faults.takePort('hosts', 'shutOut', undefined)) throw new Error('the connection was reset')
      await takingTime(() => {
        for (const cidr of rules.keys()) if (!inbound.some((rule) => rule.cidr === cidr)) rules.delete(cidr)
      })
      return { securityGroupId: `sg of ${groupName(cluster)}` }
    },
    removeSecurityGroup: (cluster) =>
      takingTime(() => {
        const name = groupName(cluster)
        if ([...addresses.values()].some(({ node }) => groupName(node) === name))
          throw new DomainError('NOT_YET', `The security group of ${name} is still in use.`)
        if (groups.delete(name)) history.gone(`sg of ${name}`)
      }),
    inboundOf: (cluster) => {
      const group = groups.get(groupName(cluster))
      return group && [...group.inbound.keys()].toSorted()
    },
    ensureAddress: (node) =>
      takingTime(() => {
        const found = find(addresses, node)
        if (found) return { address: found.id }
        if (!groups.has(groupName(node))) throw new Error(`cluster ${groupName(node)} has no security group`)
        const number = ++made
        const address = `10.0.${Math.floor(number / 256)}.${number % 256}`
        addresses.set(address, { node, id: address })
        history.made('address', address, node)
        return { address }
      }),
    ensureVolume: (spec) =>
      takingTime(() => {
        const found = find(volumes, spec)
        if (found) return { volumeId: found.id }
        const volumeId = `vol_${++made}`
        volumes.set(volumeId, { node: spec, id: volumeId, sizeGiB: spec.volumeGiB, usedGiB: 0 })
        history.made('volume', volumeId, spec)
        return { volumeId }
      }),
    growVolume: (spec) =>
      takingTime(() => {
        const found = find(volumes, spec)
        if (!found) throw new Error(`node ${nodeName(spec)} has no volume`)
        volumes.set(found.id, { ...found, sizeGiB: Math.max(found.sizeGiB, spec.volumeGiB) })
        return {}
      }),
    stageRelease: () => takingTime(() => undefined),
    ensureInstance: (spec, volumeId, address) =>
      takingTime(() => ({ instanceId: makeMachine(spec, volumeId, address).instanceId })),
    removeInstance: (node, upTo = Number.POSITIVE_INFINITY) =>
      takingTime(() => {
        for (const machine of [...machines.values()].filter(isMine(node))) {
          if ((incarnations.get(machine.instanceId) ?? 1) > upTo) continue
          onRemove(machine)
          switchOff(machine)
          machines.delete(machine.instanceId)
          history.gone(machine.instanceId)
        }
      }),
    removeVolume: (node, only) =>
      takingTime(() => {
        const found = find(volumes, node)
        if (!found || (only !== undefined && found.id !== only)) return
        refuseIfUsed(({ volumeId }) => volumeId === found.id, `volume ${found.id}`)
        volumes.delete(found.id)
        history.gone(found.id)
      }),
    removeAddress: (node) =>
      takingTime(() => {
        const found = find(addresses, node)
        if (!found) return
        refuseIfUsed(({ address }) => address === found.id, `address ${found.id}`)
        addresses.delete(found.id)
        history.gone(found.id)
      }),
    list: (tenantId, clusterId) =>
      takingTime(() => history.at(clock.now() - faults.staleSeconds * 1000, tenantId, clusterId)),
    // It takes always the same time: who looks now and then shall not change what chance brings to all others.
    listAll: async () => {
      await clock.sleep(LONGEST_CALL_MILLISECONDS)
      const nodes = [...machines.values(), ...volumes.values(), ...addresses.values()].map(({ node }) => node)
      const clusters = new Map(nodes.map((node) => [`${node.tenantId}/${node.clusterId}`, node]))
      const at = clock.now() - faults.staleSeconds * 1000
      return [...clusters.values()]
        .flatMap(({ tenantId, clusterId }) => history.at(at, tenantId, clusterId))
        .map((resource) =>
          resource.kind === 'instance' ? { ...resource, incarnation: incarnations.get(resource.id) ?? 1 } : resource,
        )
    },
    machines: () => [...machines.values()],
    resources: () => [
      ...[...machines.values()].map((machine) => `instance ${machine.instanceId} of ${nodeName(machine.node)}`),
      ...[...volumes.values()].map(({ node, id }) => `volume ${id} of ${nodeName(node)}`),
      ...[...addresses.values()].map(({ node, id }) => `address ${id} of ${nodeName(node)}`),
      ...[...groups.keys()].map((name) => `security group of ${name}`),
    ],
    save: () =>
      structuredClone({
        addresses,
        volumes,
        groups,
        machines: [...machines.values()].map(savedMachine),
        usedTokens,
        incarnations,
        history: history.save(),
        made,
      }),
    kill: (machine) => {
      if (isOn(machine)) switchOff(machine)
    },
    fill: ({ volumeId, fileSystemGiB }, usedGiB) => {
      const volume = volumes.get(volumeId)
      if (volume) volumes.set(volumeId, { ...volume, usedGiB: Math.min(usedGiB, fileSystemGiB) })
    },
    killWithDisk: (machine) => {
      if (isOn(machine)) switchOff(machine)
      volumes.delete(machine.volumeId)
      history.gone(machine.volumeId)
    },
  }
}
