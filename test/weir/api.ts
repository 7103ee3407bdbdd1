import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Broker } from '../../shared/contract/broker.ts'
import { Cluster } from '../../shared/contract/cluster.ts'
import type { ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import { Operation } from '../../shared/contract/operation.ts'
import type { WeirProcess } from './weir-process.ts'

/** One answer of the API, as it came. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** What the tests ask of the API, as one tenant; each answer is checked against the contract. */
export interface TenantApi {
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  create(spec: ClusterSpecInput): Promise<Operation>
  cluster(clusterId: string): Promise<Cluster>
  brokers(clusterId: string): Promise<readonly Broker[]>
  operation(operationId: string): Promise<Operation>
  /** Deletes with the current ETag. */
  remove(clusterId: string): Promise<Operation>
  /** Waits by long polls until the operation has ended. */
  ended(operationId: string): Promise<Operation>
}

const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Cancelled'])

/** The API of a running control plane for a tenant. */
export function tenantApi(weir: WeirProcess, tenantId: string): TenantApi {
  const call: TenantApi['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${weir.url()}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await weir.token(tenantId)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const expect = async <S extends z.ZodType>(
    schema: S,
    status: number,
    answer: Promise<Answer>,
  ): Promise<z.output<S>> => {
    const { status: actual, body } = await answer
    if (actual !== status) throw new Error(`expected ${status}, got ${actual}: ${JSON.stringify(body)}`)
    return schema.parse(body)
  }
  const operation = (id: string, wait = 0) => expect(Operation, 200, call('GET', `/v1/operations/${id}?wait=${wait}`))
  return {
    call,
    create: (spec) => expect(Operation, 202, call('POST', '/v1/clusters', spec)),
    cluster: (id) => expect(Cluster, 200, call('GET', `/v1/clusters/${id}`)),
    brokers: async (id) =>
      (await expect(z.object({ items: z.array(Broker) }), 200, call('GET', `/v1/clusters/${id}/brokers`))).items,
    operation,
    remove: async (id) => {
      const { headers } = await call('GET', `/v1/clusters/${id}`)
      return expect(
        Operation,
        202,
        call('DELETE', `/v1/clusters/${id}`, undefined, { 'if-match': headers.get('etag') ?? '*' }),
      )
    },
    ended: async (id) => {
      for (;;) {
        const now = await operation(id, 20)
        if (ENDED.has(now.state)) return now
      }
    },
  }
}
