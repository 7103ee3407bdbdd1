import type { AvailabilityZone } from '../catalogue/zones.ts'
import type { Placement } from './place-nodes.ts'

/**
 * Decides which brokers go when so many are to stay: one after the other from the zone that has the most of them, and there the
 * one with the highest id, which came last. Zones that are even stay so wherever the count allows it.
 */
export function chooseLeaving(nodes: readonly Placement[], staying: number): readonly number[] {
  const left = nodes.filter(isBroker).toSorted((a, b) => b.nodeId - a.nodeId)
  const leaving: number[] = []
  while (left.length > staying) {
    const [next] = left.toSorted((a, b) => inZone(left, b.zone) - inZone(left, a.zone) || b.nodeId - a.nodeId)
    if (!next) break
    left.splice(left.indexOf(next), 1)
    leaving.push(next.nodeId)
  }
  return leaving
}

/** What speaks against just these brokers going, in a sentence, or nothing: so many must stay, in zones as even as that allows. */
export function leavingViolation(
  nodes: readonly Placement[],
  zones: readonly AvailabilityZone[],
  staying: number,
  leaving: readonly number[],
): string | undefined {
  const brokers = nodes.filter(isBroker)
  const unknown = leaving.filter((nodeId) => !brokers.some((broker) => broker.nodeId === nodeId))
  if (unknown.length > 0)
    return `Brokers of the cluster have to be named to leave, which ${unknown.join(' and ')} ${unknown.length === 1 ? 'is' : 'are'} not.`
  const left = brokers.filter(({ nodeId }) => !leaving.includes(nodeId))
  if (left.length !== staying)
    return `${staying} of ${brokers.length} brokers are to stay: ${brokers.length - staying} to leave have to be named, and not ${leaving.length}.`
  const perZone = zones.map((zone) => inZone(left, zone))
  if (Math.max(...perZone) - Math.min(...perZone) > Number(staying % zones.length !== 0)) {
    const held = zones.map((zone, index) => `${perZone[index]} in ${zone}`).join(', ')
    return `Every zone has to be left with as many brokers as the others; this would leave ${held}.`
  }
  return undefined
}

const isBroker = ({ roles }: Placement) => roles.includes('broker')

function inZone(brokers: readonly Placement[], zone: AvailabilityZone): number {
  return brokers.filter((broker) => broker.zone === zone).length
}
