import type { Cloud, Thing } from './cloud.ts'
import type { Network } from './cloud-network.ts'
import type { Holder } from './cloud-volumes.ts'
import { type Query, Refusal, tagSet, type Xml } from './query.ts'

/** A machine and what it was made from. */
export interface Machine extends Thing {
  readonly zone: string
  readonly templateId: string
  readonly instanceType: string
  readonly rootTags: ReadonlyMap<string, string>
  readonly interfaceId: string
  startedAt: number
  stoppedAt: number | undefined
  endedAt: number | undefined
  /** Why it ended, where nobody ended it. */
  reason: string | undefined
  released: boolean
}

/** The machines of the cloud. */
export interface Machines {
  readonly machines: Map<string, Machine>
  /** Zones that have no machine to give. */
  readonly exhausted: Set<string>
  /** The next machines end by themselves before they run, for these reasons. */
  readonly deaths: string[]
  readonly actions: Readonly<Record<string, (query: Query) => Xml>>
  stateOf(machine: Machine): string
  /** Lets go what machines held that have ended since. */
  settle(): void
  holder(instanceId: string): Holder
}

/** Opens a store of machines that are made from these templates. */
export function openMachines(
  cloud: Cloud,
  network: Network,
  templateIds: readonly string[],
  release: (instanceId: string) => void,
): Machines {
  const { pace, now } = cloud
  const machines = new Map<string, Machine>()
  const exhausted = new Set<string>()
  const deaths: string[] = []
  const notFound = 'InvalidInstanceID.NotFound'

  const stateOf = ({ startedAt, stoppedAt, endedAt, reason }: Machine): string => {
    if (endedAt !== undefined) {
      return reason !== undefined || now() >= endedAt + pace.terminatedAfter ? 'terminated' : 'shutting-down'
    }
    if (stoppedAt !== undefined) return 'stopped'
    return now() < startedAt + pace.runningAfter ? 'pending' : 'running'
  }
  const shown = (machine: Machine): Xml => ({
    instanceId: machine.id,
    instanceType: machine.instanceType,
    launchTime: new Date(machine.startedAt).toISOString(),
    instanceState: { code: 0, name: stateOf(machine) },
    stateReason: machine.reason === undefined ? undefined : { code: machine.reason, message: machine.reason },
    // The real one forgets the tags of a machine that has ended sooner than the machine.
    tagSet: stateOf(machine) === 'terminated' ? [] : tagSet(machine.tags),
  })
  const seen = () =>
    new Map(
      [...machines].map(([id, machine]) => [
        id,
        stateOf(machine) === 'terminated' ? { ...machine, tags: new Map() } : machine,
      ]),
    )

  function launch(query: Query): Machine {
    const templateId = query.text('LaunchTemplate.LaunchTemplateId')
    if (!templateIds.includes(templateId)) throw new Refusal('InvalidLaunchTemplateId.NotFound')
    const interfaceId = query.text('NetworkInterface.1.NetworkInterfaceId')
    const networkInterface = cloud.named(network.interfaces, interfaceId, 'InvalidNetworkInterfaceID.NotFound')
    if (networkInterface.instanceId !== undefined) throw new Refusal('InvalidNetworkInterface.InUse')
    const zone = network.zoneOf(networkInterface)
    // A fault of the server, says the real one.
    if (exhausted.has(zone)) throw new Refusal('InsufficientInstanceCapacity', 500)
    const reason = deaths.shift()
    const id = cloud.newId('i')
    networkInterface.instanceId = id
    return {
      id,
      tags: query.tags('instance'),
      rootTags: query.tags('volume'),
      madeAt: now(),
      zone,
      templateId,
      instanceType: query.text('InstanceType'),
      interfaceId,
      startedAt: now(),
      stoppedAt: undefined,
      endedAt: reason === undefined ? undefined : now(),
      reason,
      released: false,
    }
  }

  return {
    machines,
    exhausted,
    deaths,
    stateOf,
    settle() {
      for (const machine of machines.values()) {
        if (machine.released || stateOf(machine) !== 'terminated') continue
        machine.released = true
        const networkInterface = network.interfaces.get(machine.interfaceId)
        if (networkInterface) networkInterface.instanceId = undefined
        release(machine.id)
      }
    },
    holder: (instanceId) => {
      const machine = cloud.named(machines, instanceId, notFound)
      return { zone: machine.zone, state: stateOf(machine) }
    },
    actions: {
      RunInstances: (query) => ({
        reservationId: 'r-1',
        instancesSet: [shown(cloud.once(query, machines, () => launch(query)))],
      }),
      DescribeInstances: (query) => {
        const { page, nextToken } = cloud.described(query, seen(), { idParameter: 'InstanceId', notFound })
        return { reservationSet: page.map((machine) => ({ instancesSet: [shown(machine)] })), nextToken }
      },
      TerminateInstances: (query) => {
        const named = query.list('InstanceId').map((id) => cloud.named(machines, id, notFound))
        for (const machine of named) machine.endedAt ??= now()
        return { instancesSet: named.map(({ id }) => ({ instanceId: id })) }
      },
      StartInstances: (query) => {
        for (const machine of query.list('InstanceId').map((id) => cloud.named(machines, id, notFound))) {
          if (stateOf(machine) !== 'stopped') throw new Refusal('IncorrectInstanceState')
          if (exhausted.has(machine.zone)) throw new Refusal('InsufficientInstanceCapacity', 500)
          machine.stoppedAt = undefined
          machine.startedAt = now()
        }
        return { instancesSet: [] }
      },
    },
  }
}
