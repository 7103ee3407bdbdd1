import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef, FleetResource, HostResource, NodeRef } from '../../../shared/ports/hosts.ts'
import type { Machine } from './machine.ts'

/** What there was at any time, because a cloud's lists tell of a moment that has passed. */
export interface ResourceHistory {
  made(kind: HostResource['kind'], id: string, node: NodeRef, machine?: Machine): void
  madeGroup(id: string, cluster: ClusterRef): void
  gone(id: string): void
  /** What a list that was made at this time says of a cluster. */
  at(time: number, tenantId: string, clusterId: string): readonly FleetResource[]
}

interface Existence {
  readonly resource: FleetResource
  readonly machine: Machine | undefined
  readonly madeAt: number
  goneAt: number
}

/** A history in which there has been nothing yet. */
export function resourceHistory(clock: Clock): ResourceHistory {
  const existences: Existence[] = []
  const note = (resource: FleetResource, machine: Machine | undefined) => {
    existences.push({ resource, machine, madeAt: clock.now(), goneAt: Number.POSITIVE_INFINITY })
  }
  return {
    made: (kind, id, { tenantId, clusterId, nodeId }, machine) =>
      note({ tenantId, clusterId, nodeId, kind, id, state: 'Running' }, machine),
    madeGroup: (id, { tenantId, clusterId }) =>
      note({ tenantId, clusterId, kind: 'securityGroup', id, state: 'Running' }, undefined),
    gone: (id) => {
      for (const existence of existences) if (existence.resource.id === id) existence.goneAt = clock.now()
    },
    at: (time, tenantId, clusterId) =>
      existences
        .filter(({ resource }) => resource.tenantId === tenantId && resource.clusterId === clusterId)
        .filter(({ madeAt, goneAt }) => madeAt <= time && time < goneAt)
        .map(({ resource, machine }) => {
          const isOff = machine?.offAt !== undefined && machine.offAt <= time
          return { ...resource, state: isOff ? 'Stopped' : 'Running' }
        }),
  }
}
