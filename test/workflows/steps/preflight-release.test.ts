import { expect, it } from 'vitest'
import { loadHost } from '../../../shared/state/load.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { nextDesired } from '../../../workflows/desired-host.ts'
import { beginOperation } from '../../../workflows/steps/begin-operation.ts'
import { preflightRelease } from '../../../workflows/steps/preflight-release.ts'
import { aDesiredHost } from '../../agent/desired-host.ts'
import { activeCluster, textAt } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'
import { idleWorkflows, reported } from '../../api/host-fixtures.ts'

const ignore = () => {}

/** An upgrade to 4.3.1 that is about to ask node 2, whose agent is of this version. */
async function aboutToAsk(agentVersion: string) {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const body = { kafkaVersion: '4.3.1' }
  const answer = await h.call('PATCH', `/v1/clusters/${clusterId}`, { body, headers: { 'If-Match': '*' } })
  const ports = { ...h.ports, workflows: idleWorkflows(), log: { info: ignore, warn: ignore, error: ignore } }
  const input = {
    tenantId: 'acme',
    clusterId,
    operationId: textAt(answer, 'id'),
    attempt: 1,
    nodeId: 2,
    taskToken: 'token',
  }
  await beginOperation.run(input, ports)
  const {
    generation: _,
    revision: _revision,
    ...content
  } = aDesiredHost({ clusterId, nodeId: 2, kafka: { config: { a: 'b' } } })
  await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({
    ...host,
    generation: 1,
    instanceId: 'i_2',
    desired: nextDesired(undefined, 1, content),
  }))
  await reported(h, clusterId, 2, { agentVersion })
  return { h, clusterId, ask: () => preflightRelease.run(input, ports) }
}

it('tells a host of the release that is to come, and changes nothing that it runs with', async () => {
  const { h, clusterId, ask } = await aboutToAsk('0.2.0')
  await ask()
  const { desired, wait } = (await loadHost(h.store, 'acme', clusterId, 2))?.record ?? {}
  expect(desired?.kafka).toMatchObject({
    version: '3.7.1',
    candidateVersion: '4.3.1',
    config: { a: 'b' },
    restartNonce: 0,
  })
  expect(wait).toMatchObject({ step: 'preflightRelease', condition: 'Preflighted' })
})

it('leaves an agent that does not know of such alone, and says what gives the node a newer one', async () => {
  const { h, clusterId, ask } = await aboutToAsk('0.1.0')
  await expect(ask()).rejects.toMatchObject({ code: 'HOST_FAILED', message: expect.stringContaining('repair') })
  expect((await loadHost(h.store, 'acme', clusterId, 2))?.record.desired?.kafka).not.toHaveProperty('candidateVersion')
})
