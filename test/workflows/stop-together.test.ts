import { expect, it } from 'vitest'
import { HEARS_AT_ONCE_SECONDS, HEARS_WITHIN_SECONDS } from '../../shared/host-protocol/polling.ts'
import { loadHost, loadOperation } from '../../shared/state/load.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { nextDesired } from '../../workflows/desired-host.ts'
import { beginOperation } from '../../workflows/steps/begin-operation.ts'
import { enterStopping } from '../../workflows/steps/enter-stopping.ts'
import { stopKafka } from '../../workflows/steps/stop-kafka.ts'
import { aDesiredHost } from '../agent/desired-host.ts'
import { activeCluster, textAt } from '../api/cluster-fixtures.ts'
import { harness } from '../api/harness.ts'
import { idleWorkflows, reported } from '../api/host-fixtures.ts'

const ignore = () => {}

/** A stop that is about to tell its hosts. */
async function aboutToStop(topology: 'combined' | 'dedicated' = 'combined', nodeIds = [1, 2, 3]) {
  const h = harness()
  const { clusterId } = await activeCluster(h, {
    topology,
    brokers: { volumeGiB: 100, ...(topology === 'dedicated' && { count: 3 }) },
  })
  const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/stop`), 'id')
  const ports = { ...h.ports, workflows: idleWorkflows(), log: { info: ignore, warn: ignore, error: ignore } }
  const input = { tenantId: 'acme', clusterId, operationId, attempt: 1 }
  await beginOperation.run(input, ports)
  await enterStopping.run(input, ports)
  for (const nodeId of nodeIds) {
    const { generation: _, revision: _revision, ...content } = aDesiredHost({ clusterId, nodeId })
    await changeHost(h.ports, 'acme', clusterId, nodeId, (host) => ({
      ...host,
      generation: 1,
      instanceId: `i_${nodeId}`,
      desired: nextDesired(undefined, 1, content),
    }))
    await reported(h, clusterId, nodeId)
  }
  const hostOf = async (nodeId: number) => (await loadHost(h.store, 'acme', clusterId, nodeId))?.record
  const kafkaOf = async (nodeId: number) => (await hostOf(nodeId))?.desired?.kafka
  return {
    h,
    ask: (nodeId: number) => stopKafka.run({ ...input, nodeId, taskToken: `token ${nodeId}` }, ports),
    says: (nodeId: number, agentVersion: string) => reported(h, clusterId, nodeId, { agentVersion }),
    listens: (nodeId: number) =>
      changeHost(h.ports, 'acme', clusterId, nodeId, (host) => ({
        ...host,
        hearsWithinSeconds: HEARS_AT_ONCE_SECONDS,
      })),
    kafkaOf,
    stopAt: async (nodeId: number) => (await kafkaOf(nodeId))?.stopAt,
    agreed: async () => (await loadOperation(h.store, 'acme', operationId)).record.stopAt,
  }
}

it('gives all nodes of a combined cluster one moment, before which every host at rest has heard of it', async () => {
  const { h, ask, stopAt, kafkaOf, agreed } = await aboutToStop()
  const begun = h.clock.now()
  await h.clock.runUntil(Promise.all([1, 2].map(ask)))
  await h.clock.advance(2000)
  await ask(3)
  const moments = await Promise.all([1, 2, 3].map(stopAt))
  expect(new Set([...moments, await agreed()]).size).toBe(1)
  expect(Date.parse(moments[0] ?? '') - begun).toBeGreaterThan(HEARS_WITHIN_SECONDS * 1000)
  expect(await kafkaOf(1)).toMatchObject({ processState: 'Stopped' })
})

it('lets hosts that wait for news stop sooner', async () => {
  const { h, ask, listens, stopAt } = await aboutToStop()
  for (const nodeId of [1, 2, 3]) await listens(nodeId)
  await ask(1)
  const seconds = (Date.parse((await stopAt(1)) ?? '') - h.clock.now()) / 1000
  expect(seconds).toBeGreaterThan(HEARS_AT_ONCE_SECONDS)
  expect(seconds).toBeLessThan(HEARS_WITHIN_SECONDS)
})

it('keeps the moment of a host that was told already, and gives a later one to those that are left', async () => {
  const { h, ask, says, stopAt } = await aboutToStop()
  await ask(1)
  const first = await stopAt(1)
  await h.clock.advance(19_000)
  for (const nodeId of [1, 2, 3]) await says(nodeId, 'test')
  for (const nodeId of [1, 2, 3]) await ask(nodeId)
  expect(await stopAt(1)).toBe(first)
  expect(await stopAt(2)).toBe(await stopAt(3))
  expect(Date.parse((await stopAt(2)) ?? '')).toBeGreaterThan(h.clock.now())
})

it('stops a host at once whose agent does not know of moments', async () => {
  const { ask, says, kafkaOf } = await aboutToStop()
  await says(1, '0.2.0')
  for (const nodeId of [1, 2]) await ask(nodeId)
  expect(await kafkaOf(1)).toMatchObject({ processState: 'Stopped' })
  expect(await kafkaOf(1)).not.toHaveProperty('stopAt')
  expect(await kafkaOf(2)).toHaveProperty('stopAt')
})

it('stops brokers at once whose controllers are others', async () => {
  const { ask, kafkaOf, agreed } = await aboutToStop('dedicated', [101])
  await ask(101)
  expect(await kafkaOf(101)).toMatchObject({ processState: 'Stopped' })
  expect(await kafkaOf(101)).not.toHaveProperty('stopAt')
  expect(await agreed()).toBeUndefined()
})
