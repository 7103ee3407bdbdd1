import type { AvailabilityZone } from '../catalogue/zones.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'

/** What a host does in KRaft. */
export type Role = 'broker' | 'controller'

/** A host's place in the cluster: its Kafka node id (never reused), its roles and its zone. */
export interface Placement {
  readonly nodeId: number
  readonly roles: readonly Role[]
  readonly zone: AvailabilityZone
}

/** The quorum is three voters in every topology: static voters, one failure survived (kafka-operations §3). */
export const CONTROLLER_COUNT = 3

/** Dedicated brokers are numbered from here, so that controllers and brokers share one number space without meeting. */
export const FIRST_BROKER_ID = 101

/**
 * Decides node ids, roles and zones of a new cluster. Brokers and controllers go round the zones in the order given, so
 * that no zone holds more than one broker more than another, and none at all more where the count is a multiple.
 */
export function placeNodes(
  spec: Pick<ClusterSpec, 'topology' | 'brokers' | 'availabilityZones'>,
): readonly Placement[] {
  const zones = spec.availabilityZones
  const place = (count: number, firstId: number, roles: readonly Role[]): Placement[] =>
    Array.from({ length: count }, (_, index) => {
      const zone = zones[index % zones.length]
      if (zone === undefined) throw new RangeError('a cluster needs at least one availability zone')
      return { nodeId: firstId + index, roles, zone }
    })
  return spec.topology === 'combined'
    ? place(CONTROLLER_COUNT, 1, ['broker', 'controller'])
    : [...place(CONTROLLER_COUNT, 1, ['controller']), ...place(spec.brokers.count, FIRST_BROKER_ID, ['broker'])]
}
