import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { SimulatedApi } from './simulated-api.ts'

/** What stands before the calls begin, so that they meet more than what they make themselves. */
export interface Standing {
  /** Serves, cannot be deleted, and has what the examples of the OpenAPI document name: a topic, a user, a revision. */
  readonly clusterId: string
  /** A restart of another cluster that rests. */
  readonly operationId: string
}

const Operation = z.looseObject({ id: z.string(), state: z.string(), target: z.object({ id: z.string() }) })

const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Cancelled'])

/** The longest that a call may wait; all of it virtual. */
const WAIT_SECONDS = 25

/** Orders by the API what shall stand. */
export async function makeStanding(api: SimulatedApi, token: string): Promise<Standing> {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(method === 'PATCH' && { 'if-match': '*' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`)
    return JSON.parse(text)
  }
  const reached = async (operation: unknown, state: string): Promise<z.output<typeof Operation>> => {
    const { id } = Operation.parse(operation)
    for (;;) {
      const now = Operation.parse(await call('GET', `/v1/operations/${id}?wait=${WAIT_SECONDS}`))
      if (now.state === state) return now
      if (ENDED.has(now.state)) throw new Error(`not ${state}: ${JSON.stringify(now)}`)
    }
  }

  const order = { topology: 'combined', brokers: { volumeGiB: 100 } }
  const created = await reached(
    await call('POST', '/v1/clusters', {
      ...order,
      name: 'standing',
      deletionProtection: true,
      topics: [{ name: 'orders.placed' }],
    }),
    'Succeeded',
  )
  const cluster = `/v1/clusters/${created.target.id}`
  await call('POST', `${cluster}/users`, { name: 'orders-app', role: 'consumer', topicPrefix: 'orders.' })
  await reached(await call('PATCH', cluster, { config: { 'log.retention.hours': '48' } }), 'Succeeded')

  const other = await reached(await call('POST', '/v1/clusters', { ...order, name: 'resting' }), 'Succeeded')
  const restart = await call('POST', `/v1/clusters/${other.target.id}/actions/restart`)
  await call('POST', `/v1/operations/${Operation.parse(restart).id}/actions/pause`)
  const { id: operationId } = await reached(restart, 'Paused')
  return { clusterId: created.target.id, operationId }
}
