import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AVAILABILITY_ZONES, type AvailabilityZone } from '../../../shared/catalogue/zones.ts'
import { chooseLeaving, leavingViolation } from '../../../shared/placement/choose-leaving.ts'
import { placeFurtherBrokers } from '../../../shared/placement/place-further-brokers.ts'
import { type Placement, placeNodes } from '../../../shared/placement/place-nodes.ts'

const placed = (zones: readonly AvailabilityZone[], count: number) =>
  placeNodes({
    topology: 'dedicated',
    availabilityZones: [...zones],
    brokers: { count, instanceType: 'r2a.2xlarge', volumeGiB: 100 },
  })

/** A cluster that has grown and shrunk before: ids with gaps. */
const cluster = fc
  .record({
    zones: fc.shuffledSubarray([...AVAILABILITY_ZONES], { minLength: 1 }),
    perZone: fc.integer({ min: 3, max: 12 }),
    further: fc.integer({ min: 0, max: 3 }),
    gone: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ zones, perZone, further, gone }) => {
    const first = placed(zones, perZone * zones.length)
    const left = new Set(chooseLeaving(first, (perZone - gone) * zones.length))
    const nodes = first.filter(({ nodeId }) => !left.has(nodeId))
    const highestGoneNodeId = Math.max(0, ...left)
    const joined = placeFurtherBrokers({ zones, nodes, highestGoneNodeId }, further * zones.length)
    return { zones, nodes: [...nodes, ...joined], perZone: perZone - gone + further }
  })

const without = (nodes: readonly Placement[], leaving: readonly number[]) =>
  nodes.filter(({ nodeId, roles }) => roles.includes('broker') && !leaving.includes(nodeId))

describe('the brokers that go', () => {
  it('leave every zone with the same number, and are the newest of theirs', () => {
    fc.assert(
      fc.property(cluster, fc.integer({ min: 1, max: 12 }), ({ zones, nodes, perZone }, fewer) => {
        const staying = Math.max(1, perZone - fewer) * zones.length
        const leaving = chooseLeaving(nodes, staying)
        const left = without(nodes, leaving)
        expect(left).toHaveLength(staying)
        for (const zone of zones) {
          const ids = left.filter((broker) => broker.zone === zone).map(({ nodeId }) => nodeId)
          expect(ids).toHaveLength(staying / zones.length)
          const gone = nodes.filter((node) => node.zone === zone && leaving.includes(node.nodeId))
          for (const { nodeId } of gone) expect(nodeId).toBeGreaterThan(Math.max(...ids))
        }
        expect(leavingViolation(nodes, zones, staying, leaving)).toBeUndefined()
      }),
    )
  })

  it('are as even as a count allows that is no multiple of the zones', () => {
    fc.assert(
      fc.property(cluster, fc.nat(), ({ zones, nodes, perZone }, pick) => {
        const staying = 1 + (pick % (perZone * zones.length))
        const left = without(nodes, chooseLeaving(nodes, staying))
        const counts = zones.map((zone) => left.filter((broker) => broker.zone === zone).length)
        expect(left).toHaveLength(staying)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('are none where all are to stay', () => {
    expect(chooseLeaving(placed(['az-1'], 4), 4)).toEqual([])
  })

  it('are never controllers', () => {
    expect(leavingViolation(placed(['az-1'], 4), ['az-1'], 3, [1])).toBe(
      'Brokers of the cluster have to be named to leave, which 1 is not.',
    )
  })
})

describe('brokers that a caller names', () => {
  const nodes = placed(['az-1', 'az-2'], 6)

  it('may be any that keep the zones even', () => {
    expect(leavingViolation(nodes, ['az-1', 'az-2'], 4, [101, 104])).toBeUndefined()
  })

  it('are refused where a zone would have more than another', () => {
    expect(leavingViolation(nodes, ['az-1', 'az-2'], 4, [101, 103])).toBe(
      'Every zone has to be left with as many brokers as the others; this would leave 1 in az-1, 3 in az-2.',
    )
  })

  it('are refused where they are not just those that the count leaves out', () => {
    for (const leaving of [[104], [101, 102, 103]])
      expect(leavingViolation(nodes, ['az-1', 'az-2'], 4, leaving)).toMatch(/2 to leave have to be named/)
  })
})
