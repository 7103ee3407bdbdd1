import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AVAILABILITY_ZONES } from '../../../shared/catalogue/zones.ts'
import { placeFurtherBrokers } from '../../../shared/placement/place-further-brokers.ts'
import { type Placement, placeNodes } from '../../../shared/placement/place-nodes.ts'

const cluster = fc
  .record({
    zones: fc.shuffledSubarray([...AVAILABILITY_ZONES], { minLength: 1 }),
    perZone: fc.integer({ min: 3, max: 20 }),
  })
  .map(({ zones, perZone }) => ({
    zones,
    nodes: placeNodes({
      topology: 'dedicated',
      availabilityZones: zones,
      brokers: { count: perZone * zones.length, instanceType: 'r2a.2xlarge', volumeGiB: 100 },
    }),
  }))

const inZone = (nodes: readonly Placement[], zone: string) =>
  nodes.filter((node) => node.zone === zone && node.roles.includes('broker')).length

describe('further brokers of a cluster', () => {
  it('keep zones that were even as even as the count allows', () => {
    fc.assert(
      fc.property(cluster, fc.integer({ min: 1, max: 60 }), ({ zones, nodes }, count) => {
        const all = [...nodes, ...placeFurtherBrokers({ zones, nodes }, count)]
        const counts = zones.map((zone) => inZone(all, zone))
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(count % zones.length === 0 ? 0 : 1)
      }),
    )
  })

  it('fill the zones that lag behind first', () => {
    fc.assert(
      fc.property(cluster, fc.nat(), ({ zones, nodes }, pick) => {
        const gone = nodes.filter(({ roles }) => roles.includes('broker'))[pick % 3]
        const left = nodes.filter((node) => node !== gone)
        expect(placeFurtherBrokers({ zones, nodes: left }, 1).map(({ zone }) => zone)).toEqual([gone?.zone])
      }),
    )
  })

  it('never have an id that was used before, however often brokers came and went', () => {
    const turns = fc.array(fc.record({ add: fc.integer({ min: 1, max: 9 }), take: fc.nat(9) }), { maxLength: 12 })
    fc.assert(
      fc.property(cluster, turns, ({ zones, nodes: first }, history) => {
        const used = new Set(first.map(({ nodeId }) => nodeId))
        let nodes = first
        let highestGoneNodeId: number | undefined
        for (const { add, take } of history) {
          const added = placeFurtherBrokers({ zones, nodes, highestGoneNodeId }, add)
          for (const { nodeId } of added) {
            expect(used.has(nodeId)).toBe(false)
            used.add(nodeId)
          }
          nodes = [...nodes, ...added]
          const gone = nodes.slice(nodes.length - Math.min(take, nodes.length - first.length))
          if (take > 0 && gone.length > 0 && gone.length < nodes.length) {
            nodes = nodes.filter((node) => !gone.includes(node))
            highestGoneNodeId = Math.max(highestGoneNodeId ?? 0, ...gone.map(({ nodeId }) => nodeId))
          }
        }
      }),
    )
  })

  it('are brokers and nothing else, numbered on', () => {
    const nodes = placeNodes({
      topology: 'dedicated',
      availabilityZones: ['az-1', 'az-2', 'az-3'],
      brokers: { count: 3, instanceType: 'r2a.2xlarge', volumeGiB: 100 },
    })
    expect(placeFurtherBrokers({ zones: ['az-1', 'az-2', 'az-3'], nodes }, 3)).toEqual([
      { nodeId: 104, roles: ['broker'], zone: 'az-1' },
      { nodeId: 105, roles: ['broker'], zone: 'az-2' },
      { nodeId: 106, roles: ['broker'], zone: 'az-3' },
    ])
  })
})
