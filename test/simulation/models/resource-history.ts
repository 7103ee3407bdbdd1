import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef, FleetResource, HostResource, NodeRef } from '../../../shared/ports/hosts.ts'

const NEVER = Number.POSITIVE_INFINITY

/** What there was at any time, because a cloud's lists tell of a moment that has passed. */
export interface ResourceHistory {
  made(kind: HostResource['kind'], id: string, node: NodeRef): void
  madeGroup(id: string, cluster: ClusterRef): void
  /** A machine stopped working. */
  off(id: string): void
  gone(id: string): void
  /** What a list that was made at this time says of a cluster. */
  at(time: number, tenantId: string, clusterId: string): readonly FleetResource[]
  /** What another history needs to go on from here. */
  save(): readonly Existence[]
}

/** From when until when there was something. */
export interface Existence {
  readonly resource: FleetResource
  readonly madeAt: number
  readonly offAt: number
  readonly goneAt: number
}

/** A history that goes on from a saved one, or in which there has been nothing yet. */
export function resourceHistory(clock: Clock, saved: readonly Existence[] = []): ResourceHistory {
  let existences = [...saved]
  const note = (resource: FleetResource) => {
    existences.push({ resource, madeAt: clock.now(), offAt: NEVER, goneAt: NEVER })
  }
  const change = (id: string, changed: Partial<Existence>) => {
    existences = existences.map((each) => (each.resource.id === id ? { ...each, ...changed } : each))
  }
  return {
    made: (kind, id, { tenantId, clusterId, nodeId }) =>
      note({ tenantId, clusterId, nodeId, kind, id, state: 'Running' }),
    madeGroup: (id, { tenantId, clusterId }) =>
      note({ tenantId, clusterId, kind: 'securityGroup', id, state: 'Running' }),
    off: (id) => change(id, { offAt: clock.now() }),
    gone: (id) => change(id, { goneAt: clock.now() }),
    save: () => [...existences],
    at: (time, tenantId, clusterId) =>
      existences
        .filter(({ resource }) => resource.tenantId === tenantId && resource.clusterId === clusterId)
        .filter(({ madeAt, goneAt }) => madeAt <= time && time < goneAt)
        .map(({ resource, offAt }) => ({ ...resource, state: offAt <= time ? 'Stopped' : 'Running' })),
  }
}
