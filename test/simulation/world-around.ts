import type { Random } from '../../local/asl/random.ts'
import type { VirtualClock } from '../../local/virtual-clock.ts'
import type { FaultPlan } from './faults.ts'
import { othersServe, servesNobody } from './invariants/hosts.ts'
import { byItself } from './invoke-step.ts'
import type { HostCalls } from './models/agent.ts'
import { type CertificatesModel, certificatesModel } from './models/certificates.ts'
import { type FleetModel, fleetModel } from './models/fleet.ts'
import { type KafkaModel, kafkaModel } from './models/kafka.ts'
import { type Machine, nodeName } from './models/machine.ts'
import { type NamesModel, namesModel } from './models/names.ts'
import { type PublicEntriesModel, publicEntriesModel } from './models/public-entries.ts'
import { runMachine } from './models/run-machine.ts'
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

/** A world in which nothing exists yet. */
export function worldAround(parts: AroundParts): WorldAround {
  const { clock, random, faults, trace, hostCalls, isDeleting, onDefect } = parts
  const restarts: string[] = []
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
  const fleet: FleetModel = fleetModel({
    clock,
    random,
    faults,
    boot: (machine) => {
      const { isServing, canJoin } = kafka
      const machineParts = { clock, faults, calls: hostCalls, isServing, canJoin, onRestart, kill: fleet.kill }
      byItself(() => void runMachine(machine, machineParts).catch(onDefect))
    },
    onRemove,
  })
  const kafka = kafkaModel({ clock, random, faults, machines: fleet.machines })
  const publicEntries = publicEntriesModel({ clock, random, isServing: kafka.isServing, machines: fleet.machines })
  const names = namesModel({ clock, random })
  return { fleet, kafka, certificates: certificatesModel(clock), names, publicEntries, restarts }
}
