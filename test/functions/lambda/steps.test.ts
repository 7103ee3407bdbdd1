import { describe, expect, it } from 'vitest'
import { awsPorts } from '../../../functions/lambda/aws-ports.ts'
import { stepsHandler } from '../../../functions/lambda/steps.ts'
import type { Ports } from '../../../shared/ports/ports.ts'
import { ordered } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'

/** The ports of a control plane in memory; what no step of these tests needs is there in name only. */
async function portsOf(h: Harness): Promise<Ports> {
  const none = await awsPorts({ WEIR_FUNCTION: 'test', WEIR_PORTS: [], WEIR_LOG_LEVEL: 'error' })
  return { ...none, ...h.ports, log: { info: () => {}, warn: () => {}, error: () => {} } }
}

describe('the function behind the Tasks', () => {
  it('runs the step that the Task names and answers with what the step returns', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const handler = stepsHandler(await portsOf(h))
    const input = { tenantId: 'acme', clusterId, operationId, attempt: 1 }
    expect(await handler({ step: 'beginOperation', input })).toMatchObject({ nodes: [1, 2, 3] })
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({ state: 'Running' })
  })

  it('fails under the name of the catalogue, which is what the workflow retries or catches', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const handler = stepsHandler(await portsOf(h))
    const input = { tenantId: 'acme', clusterId, operationId, attempt: 1, nodeId: 1 }
    await expect(handler({ step: 'ensureAddress', input })).rejects.toMatchObject({ name: 'NOT_PROVIDED' })
    const operation = await h.get(`/v1/operations/${operationId}`)
    expect(JSON.stringify(operation.body)).toContain('The function test was not given the port hosts')
  })

  it.each([{}, { step: 'beginOperation' }, { step: 'beginOperation', input: { tenantId: 'acme' } }])(
    'refuses an invocation that no Task makes: %j',
    async (event) => {
      await expect(stepsHandler(await portsOf(harness()))(event)).rejects.toThrow(/expected/i)
    },
  )

  it('refuses a step that there is not', async () => {
    const handler = stepsHandler(await portsOf(harness()))
    await expect(handler({ step: 'toString', input: {} })).rejects.toThrow('There is no step named toString.')
  })
})
