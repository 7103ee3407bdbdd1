import type { Machine } from '../models/machine.ts'
import { isOn, nodeName } from '../models/machine.ts'
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

/**
 * Nobody stops a node of ours while another one of its cluster is behind: that would cost partitions their minimum of
 * replicas, or the quorum its majority. What fate stopped is the gates' to notice, a report later, and is not judged here.
 */
export function othersServe(
  stopped: Machine,
  machines: readonly Machine[],
  isInSync: (machine: Machine) => boolean,
): void {
  const roles = stopped.kafka?.desired.roles ?? []
  const behind = machines.filter((machine) => {
    if (machine === stopped || machine.node.clusterId !== stopped.node.clusterId || !isOn(machine)) return false
    const shared = machine.kafka?.desired.roles.filter((role) => roles.includes(role)) ?? roles
    return shared.some((role) => (role === 'broker' ? !isInSync(machine) : machine.kafka?.isUp !== true))
  })
  if (behind.length > 0)
    throw new Violation(
      `Node ${nodeName(stopped.node)} is stopped while ${behind.map(({ node }) => node.nodeId).join(' and ')} is behind`,
    )
}
