import fc from 'fast-check'
import type { BrokerSpot, Layout } from '../../../../shared/planner/rebalance/layout.ts'

const GIB = 1024 ** 3

/** Brokers numbered from 101, going round the zones, each with a volume of 1 TiB. */
export function brokersIn(zones: readonly string[], count: number, leaving: readonly number[] = []): BrokerSpot[] {
  return Array.from({ length: count }, (_, index) => ({
    nodeId: 101 + index,
    zone: zones[index % zones.length] ?? '',
    capacityBytes: 1024 * GIB,
    leaving: leaving.includes(101 + index),
  }))
}

/** Any layout: up to three zones, up to twelve brokers of which some leave, replicas on any distinct brokers. */
export const anyLayout: fc.Arbitrary<Layout> = fc
  .record({ zoneCount: fc.integer({ min: 1, max: 3 }), brokerCount: fc.integer({ min: 3, max: 12 }) })
  .chain(({ zoneCount, brokerCount }) => {
    const nodeIds = Array.from({ length: brokerCount }, (_, index) => 101 + index)
    return fc
      .record({
        leaving: fc.subarray(nodeIds, { maxLength: Math.max(0, brokerCount - 3) }),
        partitions: fc.array(
          fc.record({
            replicas: fc.shuffledSubarray(nodeIds, { minLength: 1, maxLength: 3 }),
            sizeBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 * GIB })),
          }),
          { maxLength: 60 },
        ),
        zones: fc.constant(['az-1', 'az-2', 'az-3'].slice(0, zoneCount)),
      })
      .map(({ leaving, partitions, zones }) => ({
        brokers: brokersIn(zones, brokerCount, leaving),
        partitions: partitions.map((partition, index) => ({ topic: `t${index % 5}`, partition: index, ...partition })),
      }))
  })

/** A layout with nothing to mend: no broker leaves, and replicas are spread over the zones as they can be. */
export const tidyLayout: fc.Arbitrary<Layout> = anyLayout
  .map(({ brokers, partitions }) => ({ brokers: brokers.map((broker) => ({ ...broker, leaving: false })), partitions }))
  .filter((layout) => layout.partitions.every((partition) => isSpread(layout, partition.replicas)))

/** Whether no zone has two replicas more than another zone with a broker that has none. */
export function isSpread({ brokers }: Layout, replicas: readonly number[]): boolean {
  const staying = brokers.filter(({ leaving }) => !leaving)
  const zoneOf = new Map(brokers.map(({ nodeId, zone }) => [nodeId, zone]))
  const count = (zone: string) => replicas.filter((nodeId) => zoneOf.get(nodeId) === zone).length
  const zones = [...new Set(staying.map(({ zone }) => zone))]
  const withRoom = zones.filter((zone) =>
    staying.some((broker) => broker.zone === zone && !replicas.includes(broker.nodeId)),
  )
  return withRoom.every((free) => zones.every((zone) => count(zone) <= count(free) + 1))
}

/** 10,000 partitions with sizes of many kinds on brokers in three zones, one replica in each; the same ones every time. */
export function largeLayout(
  oldBrokers: number,
  brokerCount: number,
  // From a megabyte to some gigabytes.
  sizeOf: (index: number) => number = (index) => 1024 ** 2 * (1 + ((index * 7919) % 1000) ** 1.2),
): Layout {
  const zones = ['az-1', 'az-2', 'az-3']
  const perZone = oldBrokers / zones.length
  const partitions = Array.from({ length: 10_000 }, (_, index) => ({
    topic: `t${index % 100}`,
    partition: Math.floor(index / 100),
    replicas: zones.map((_zone, offset) => {
      const zone = (index + offset) % zones.length
      return 101 + zone + zones.length * ((index * 7 + offset * 13) % perZone)
    }),
    sizeBytes: Math.floor(sizeOf(index)),
  }))
  return { brokers: brokersIn(zones, brokerCount), partitions }
}
