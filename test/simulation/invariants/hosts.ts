import { isOn, type Machine, nodeName } from '../models/machine.ts'
import { type Invariant, Violation } from './facts.ts'

/** A host's generation never goes back, and nobody speaks for a host in a generation that it never had. */
export const monotoneGenerations: Invariant = ({ changes }) => {
  for (const change of changes) {
    if (change.kind !== 'host' || !change.after) continue
    const { before, after } = change
    const what = `Host ${after.nodeId} of cluster ${change.clusterId}`
    if (before && after.generation < before.generation)
      throw new Violation(`${what} went from generation ${before.generation} to ${after.generation}`)
    if (before?.desired && after.desired && after.desired.revision < before.desired.revision)
      throw new Violation(`${what} went from revision ${before.desired.revision} to ${after.desired.revision}`)
    if (after.observed && after.observed.generation > after.generation)
      throw new Violation(`${what} was observed in generation ${after.observed.generation} of ${after.generation}`)
  }
}

/** At most one machine serves a node, and all nodes of a cluster go by the same list of voters. */
export function singleServing(machines: () => readonly Machine[]): Invariant {
  return () => {
    const serving = new Map<string, Machine>()
    const voters = new Map<string, string>()
    for (const machine of machines()) {
      if (!machine.kafka) continue
      const name = nodeName(machine.node)
      const other = serving.get(name)
      if (other) throw new Violation(`Node ${name} is served by ${other.instanceId} and ${machine.instanceId}`)
      serving.set(name, machine)
      const list = JSON.stringify(machine.kafka.desired.kafka.voters)
      const { clusterId } = machine.node
      if ((voters.get(clusterId) ?? list) !== list) throw new Violation(`Cluster ${clusterId} has two lists of voters`)
      voters.set(clusterId, list)
    }
  }
}

/** Nobody misses a machine that is off, or has no Kafka that is up and shall stay so. */
export function servesNobody(machine: Machine): boolean {
  return !isOn(machine) || machine.kafka?.isUp !== true || machine.kafka.stopAskedAt !== undefined
}

/**
 * We never stop two nodes of a cluster at once: a node is stopped only when those that we stopped before are back, because
 * partitions would lose their minimum of replicas, or the quorum its majority. What fate stops meanwhile is not our doing.
 */
export function othersServe(
  stopped: Machine,
  machines: readonly Machine[],
  isInSync: (machine: Machine) => boolean,
): void {
  const roles = stopped.kafka?.desired.roles ?? []
  const behind = machines.filter((machine) => {
    if (machine === stopped || machine.node.clusterId !== stopped.node.clusterId || !isOn(machine)) return false
    if (machine.kafka?.downBy === 'fate') return false
    const shared = machine.kafka?.desired.roles.filter((role) => roles.includes(role)) ?? roles
    return shared.some((role) => (role === 'broker' ? !isInSync(machine) : machine.kafka?.isUp !== true))
  })
  if (behind.length > 0)
    throw new Violation(
      `Node ${nodeName(stopped.node)} is stopped while ${behind.map(({ node }) => node.nodeId).join(' and ')} is behind`,
    )
}

interface Gates {
  readonly machines: () => readonly Machine[]
  readonly isInSync: (machine: Machine) => boolean
}

/** The steps that stop a Kafka that serves. */
const RESTARTS = ['restartKafka', 'rebootHost', 'upgradeNode'] as const

/**
 * Nobody wishes for the restart of a node while another one of its cluster has been down or behind since before the step
 * looked: its gates were there to see that, whoever stopped the other one.
 */
export function gatesHeld({ machines, isInSync }: Gates): Invariant {
  return ({ changes, writer }, { brokers }) => {
    if (!RESTARTS.some((step) => step === writer?.step) || !writer) return
    for (const change of changes) {
      if (change.kind !== 'host' || !change.after || change.after.restartedFor === change.before?.restartedFor) continue
      const { clusterId, after } = change
      const own = brokers.get(clusterId)?.get(after.nodeId)?.roles ?? []
      for (const { nodeId, roles } of brokers.get(clusterId)?.values() ?? []) {
        // A broker does not miss a controller, nor the other way round.
        if (nodeId === after.nodeId || !roles.some((role) => own.includes(role))) continue
        const machine = machines().find(({ node }) => node.clusterId === clusterId && node.nodeId === nodeId)
        const isBack = machine && (roles.includes('broker') ? isInSync(machine) : machine.kafka?.isUp)
        if (!isBack && downSince(machine) <= writer.calledAt)
          throw new Violation(`Node ${after.nodeId} of cluster ${clusterId} is to restart although ${nodeId} is down`)
      }
    }
  }
}

function downSince(machine: Machine | undefined): number {
  return machine?.offAt ?? machine?.kafka?.downSince ?? machine?.switchedOnAt ?? Number.NEGATIVE_INFINITY
}
