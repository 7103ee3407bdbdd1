import type { Route } from '../../shared/contract/route.ts'
import type { CallOptions } from './harness.ts'

/** Ids for the parameters of any route; a route with a new parameter does not get through until it has one here. */
export interface SampleIds {
  readonly clusterId: string
  readonly operationId: string
  readonly nodeId: string
  readonly topicName: string
  readonly userName: string
  readonly code: string
  readonly revision: string
  readonly maintenanceId: string
  readonly proposalId: string
}

/** A call of a route that is valid but for whom it is made by: its path filled in, its first example as the body. */
export function sampleCall(route: Route, ids: SampleIds): { method: string; path: string; options: CallOptions } {
  const path = route.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const id = Object.entries(ids).find(([key]) => key === name)?.[1]
    if (id === undefined) throw new Error(`${route.name} has the parameter ${name}, for which there is no sample`)
    return id
  })
  const [body] = Object.values(route.examples ?? {})
  return {
    method: route.method.toUpperCase(),
    path,
    options: {
      headers: {
        ...(route.idempotent ? { 'Idempotency-Key': `sample-${route.name}` } : {}),
        ...(route.ifMatch ? { 'If-Match': '*' } : {}),
      },
      ...(typeof body === 'object' && body !== null ? { body } : {}),
    },
  }
}
