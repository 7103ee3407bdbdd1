import { randomUUID } from 'node:crypto'
import { Operation } from '../../../shared/contract/operation.ts'
import type { RunningAssembly } from './run-assembly.ts'

/** An answer of the deployed API. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A tenant of a running assembly. */
export interface Tenant {
  call(method: string, path: string, body?: object): Promise<Answer>
  /** Makes a call that is answered with an operation. */
  order(method: string, path: string, body?: object): Promise<Operation>
  operation(operationId: string): Promise<Operation>
}

/** Calls in the name of a tenant, through the gateway. */
export async function tenantOf(assembly: RunningAssembly, tenantId: string): Promise<Tenant> {
  const token = await assembly.tenantToken(tenantId)
  const call: Tenant['call'] = async (method, path, body) => {
    const response = await fetch(`${assembly.tenantUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(method !== 'POST' && method !== 'GET' && { 'if-match': '*' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  const expected = async (status: number, method: string, path: string, body?: object): Promise<Operation> => {
    const answer = await call(method, path, body)
    if (answer.status === status) return Operation.parse(answer.body)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  return {
    call,
    order: (method, path, body) => expected(202, method, path, body),
    operation: (id) => expected(200, 'GET', `/v1/operations/${id}`),
  }
}
