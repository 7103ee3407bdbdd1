import type { Clock } from '../../../shared/ports/clock.ts'
import type { HostResource, NodeRef } from '../../../shared/ports/hosts.ts'
import type { Machine } from './machine.ts'

/** What there was at any time, because a cloud's lists tell of a moment that has passed. */
export interface ResourceHistory {
  made(kind: HostResource['kind'], id: string, node: NodeRef, machine?: Machine): void
  gone(id: string): void
  /** What a list that was made at this time says of a cluster. */
  at(time: number, tenantId: string, clusterId: string): readonly HostResource[]
}

interface Existence {
  readonly resource: Omit<HostResource, 'state'>
  readonly machine: Machine | undefined
  readonly madeAt: number
  goneAt: number
}

/** A history in which there has been nothing yet. */
export function resourceHistory(clock: Clock): ResourceHistory {
  const existences: Existence[] = []
  return {
    made: (kind, id, { tenantId, clusterId, nodeId }, machine) => {
      const resource = { tenantId, clusterId, nodeId, kind, id }
      existences.push({ resource, machine, madeAt: clock.now(), goneAt: Number.POSITIVE_INFINITY })
    },
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
