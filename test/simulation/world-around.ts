import type { Random } from '../../local/asl/random.ts'
import type { VirtualClock } from '../../local/virtual-clock.ts'
import type { FaultPlan } from './faults.ts'
import { othersServe, servesNobody } from './invariants/hosts.ts'
import { byItself } from './invoke-step.ts'
import type { HostCalls } from './models/agent.ts'
import { type CertificatesModel, certificatesModel, type SavedCertificates } from './models/certificates.ts'
import { type FleetModel, fleetModel } from './models/fleet.ts'
import { type KafkaModel, kafkaModel, type SavedKafka } from './models/kafka.ts'
import { isOn, type Machine, nodeName } from './models/machine.ts'
import { type NamesModel, namesModel, type SavedNames } from './models/names.ts'
import { type PublicEntriesModel, publicEntriesModel, type SavedEntries } from './models/public-entries.ts'
import { runMachine } from './models/run-machine.ts'
import type { SavedFleet } from './models/saved-fleet.ts'
import type { Trace } from './trace.ts'

/** All that is around the control plane: the cloud, the hosts with their agents, Kafka and the certificates. */
export interface WorldAround {
  readonly fleet: FleetModel
  readonly kafka: KafkaModel
  readonly certificates: CertificatesModel
  readonly names: NamesModel
  readonly publicEntries: PublicEntriesModel
  /** The nodes whose Kafka was stopped in order to be started again, each time. */
  readonly restarts: readonly string[]
}

/** All of it at a moment. */
export interface SavedAround {
  readonly fleet: SavedFleet
  readonly kafka: SavedKafka
  readonly certificates: SavedCertificates
  readonly names: SavedNames
  readonly publicEntries: SavedEntries
  readonly restarts: readonly string[]
}

interface AroundParts {
  readonly clock: VirtualClock
  readonly random: Random
  readonly faults: FaultPlan
  readonly trace: Trace
  readonly hostCalls: HostCalls
  /** Whether a cluster is being deleted, which takes all of its machines at once. */
  readonly isDeleting: (clusterId: string) => boolean
  readonly onDefect: (defect: unknown) => void
}

/** A world that goes on as it was saved, or in which nothing exists yet. */
export function worldAround(parts: AroundParts, saved?: SavedAround): WorldAround {
  const { clock, random, faults, trace, hostCalls, isDeleting, onDefect } = parts
  const restarts = [...(saved?.restarts ?? [])]
  const judgeStop = (machine: Machine) => {
    try {
      othersServe(machine, fleet.machines(), kafka.isInSync)
    } catch (violation) {
      onDefect(violation)
    }
  }
  const onRestart = (machine: Machine) => {
    const name = nodeName(machine.node)
    trace.note('restart of Kafka', () => name)
    restarts.push(name)
    judgeStop(machine)
  }
  const onRemove = (machine: Machine) => {
    trace.note('removal of a machine', () => `${machine.instanceId} of ${nodeName(machine.node)}`)
    if (!servesNobody(machine) && !isDeleting(machine.node.clusterId)) judgeStop(machine)
  }
  const boot = (machine: Machine) => {
    const { isServing, canJoin } = kafka
    const machineParts = { clock, faults, calls: hostCalls, isServing, canJoin, onRestart, kill: fleet.kill }
    byItself(() => void runMachine(machine, machineParts).catch(onDefect))
  }
  const fleet: FleetModel = fleetModel({ clock, random, faults, boot, onRemove }, saved?.fleet)
  const { machines } = fleet
  const kafka = kafkaModel({ clock, random, faults, machines }, saved?.kafka)
  const { isServing } = kafka
  const publicEntries = publicEntriesModel({ clock, random, isServing, machines }, saved?.publicEntries)
  const names = namesModel({ clock, random }, saved?.names)
  const certificates = certificatesModel(clock, saved?.certificates)
  for (const machine of machines().filter(isOn)) boot(machine)
  return { fleet, kafka, certificates, names, publicEntries, restarts }
}

/** All around the control plane as it is now. */
export function savedAround({ fleet, kafka, certificates, names, publicEntries, restarts }: WorldAround): SavedAround {
  return {
    fleet: fleet.save(),
    kafka: kafka.save(),
    certificates: certificates.save(),
    names: names.save(),
    publicEntries: publicEntries.save(),
    restarts: [...restarts],
  }
}
