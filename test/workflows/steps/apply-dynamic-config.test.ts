import { describe, expect, it } from 'vitest'
import { applyDynamicConfig } from '../../../workflows/steps/apply-dynamic-config.ts'
import { beginOperation } from '../../../workflows/steps/begin-operation.ts'
import { judgeConfigFailure } from '../../../workflows/steps/judge-config-failure.ts'
import { revertConfig } from '../../../workflows/steps/revert-config.ts'
import { activeCluster, textAt } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'

const WANTED = { 'queued.max.requests': '600' }
const ignore = () => {}

/** A change that Kafka reads at its start only, whose first attempt failed and was taken back as its workflow does. */
async function takenBack() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const patch = (config: object) =>
    h.call('PATCH', `/v1/clusters/${clusterId}`, { body: { config }, headers: { 'If-Match': '*' } })
  const operationId = textAt(await patch(WANTED), 'id')
  const ports = { ...h.ports, log: { info: ignore, warn: ignore, error: ignore } }
  const input = (attempt: number) => ({ tenantId: 'acme', clusterId, operationId, attempt })
  const apply = async (attempt: number) => {
    await beginOperation.run(input(attempt), ports)
    await applyDynamicConfig.run(input(attempt), ports)
  }
  await apply(1)
  await judgeConfigFailure.run(input(1), ports)
  await revertConfig.run(input(1), ports)
  return {
    patch,
    apply,
    cluster: async () => (await h.get(`/v1/clusters/${clusterId}`)).body,
    operation: async () => (await h.get(`/v1/operations/${operationId}`)).body,
    resume: () => h.post(`/v1/operations/${operationId}/actions/resume`),
  }
}

describe('a change of the configuration that was taken back', () => {
  it('orders its configuration anew when it is resumed, as a new attempt', async () => {
    const { apply, cluster, operation, resume } = await takenBack()
    expect(await cluster()).toMatchObject({ status: 'Active', config: {} })
    expect(await operation()).toMatchObject({ state: 'Failed', allowedActions: ['resume'] })
    expect((await resume()).body).toMatchObject({ state: 'Pending', attempt: 2 })
    await apply(2)
    expect(await cluster()).toMatchObject({ status: 'Updating', config: WANTED })
    expect(await operation()).toMatchObject({ state: 'Running', earlierAttempts: [{ attempt: 1, state: 'Failed' }] })
  })

  it('is not resumed once another configuration was ordered', async () => {
    const { patch, cluster, operation, resume } = await takenBack()
    const later = textAt(await patch({ 'queued.max.requests': '700' }), 'id')
    expect(await operation()).toMatchObject({ allowedActions: [], overtakenBy: later })
    expect((await resume()).body).toMatchObject({
      code: 'OPERATION_NOT_CONTROLLABLE',
      metadata: { overtakenBy: later },
    })
    expect(await cluster()).toMatchObject({ config: { 'queued.max.requests': '700' } })
  })
})
