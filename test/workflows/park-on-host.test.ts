import { describe, expect, it } from 'vitest'
import type { HostRecord } from '../../shared/records/host.ts'
import { brokersOf, loadCluster, loadHost, loadSteps } from '../../shared/state/load.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { recordStep } from '../../shared/state/step-record.ts'
import { desiredContent } from '../../workflows/desired-host.ts'
import { closeUnlessParked, parkOnHost } from '../../workflows/park-on-host.ts'
import { beginOperation } from '../../workflows/steps/begin-operation.ts'
import type { StepName } from '../../workflows/steps/steps.ts'
import { activeCluster, textAt } from '../api/cluster-fixtures.ts'
import { harness } from '../api/harness.ts'
import { idleWorkflows } from '../api/host-fixtures.ts'

const ignore = () => {}

/** A restart that is under way, with the calls of its steps on node 2 as a test makes them. */
async function underWay() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
  const ports = { ...h.ports, workflows: idleWorkflows(), log: { info: ignore, warn: ignore, error: ignore } }
  const input = { tenantId: 'acme', clusterId, operationId, attempt: 1, nodeId: 2 }
  await beginOperation.run(input, ports)
  const cluster = (await loadCluster(h.store, 'acme', clusterId)).record
  const brokers = (await brokersOf(h.store, 'acme', clusterId)).map((broker) => ({
    ...broker,
    address: `10.0.0.${broker.nodeId}`,
  }))
  await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({ ...host, generation: 1, instanceId: 'i_2' }))
  const begin = async (name: StepName) => {
    await h.clock.advance(1000)
    await recordStep(
      h.ports,
      { tenantId: 'acme', operationId, attempt: 1, name, nodeId: 2 },
      { state: 'Running' },
      true,
    )
  }
  const park = (step: StepName, taskToken: string, nonce: number) =>
    parkOnHost(
      ports,
      { ...input, taskToken },
      {
        step,
        condition: 'Running',
        content: () => desiredContent(cluster, brokers, 2, 'Running', nonce),
      },
    )
  const host = async (): Promise<HostRecord | undefined> => (await loadHost(h.store, 'acme', clusterId, 2))?.record
  const close = (name: StepName) => closeUnlessParked(h.ports, input, name)
  const stateOf = async (name: StepName) =>
    (await loadSteps(h.store, 'acme', operationId)).find((step) => step.name === name)?.state
  return { begin, park, host, close, stateOf }
}

describe('a step that parks', () => {
  it('takes the place of the step before it, and of its own earlier call', async () => {
    const { begin, park, host } = await underWay()
    await begin('growFileSystem')
    await park('growFileSystem', 'first', 1)
    await begin('restartKafka')
    await park('restartKafka', 'second', 2)
    expect((await host())?.wait).toMatchObject({ step: 'restartKafka', taskToken: 'second' })
    await begin('restartKafka')
    await park('restartKafka', 'third', 2)
    expect((await host())?.wait).toMatchObject({ step: 'restartKafka', taskToken: 'third' })
  })

  it('leaves the wait and the wish of a later step alone when its own call comes late', async () => {
    const { begin, park, host } = await underWay()
    await begin('growFileSystem')
    await begin('restartKafka')
    await park('restartKafka', 'later', 2)
    const before = await host()
    await park('growFileSystem', 'late', 1)
    expect(await host()).toEqual(before)
    await begin('growFileSystem')
    await park('growFileSystem', 'late again', 1)
    expect(await host()).toEqual(before)
  })

  it('is done when its call left no wait because it came late, and goes on while there is one', async () => {
    const { begin, park, close, stateOf } = await underWay()
    await begin('growFileSystem')
    await begin('restartKafka')
    await park('restartKafka', 'later', 2)
    await park('growFileSystem', 'late', 1)
    for (const name of ['growFileSystem', 'restartKafka'] as const) await close(name)
    expect([await stateOf('growFileSystem'), await stateOf('restartKafka')]).toEqual(['Succeeded', 'Running'])
  })
})
