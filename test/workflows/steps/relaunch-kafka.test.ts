import { expect, it } from 'vitest'
import type { HostReport } from '../../../shared/host-protocol/report.ts'
import { loadBrokers, loadCluster, loadHost } from '../../../shared/state/load.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { desiredContent, nextDesired } from '../../../workflows/desired-host.ts'
import { beginOperation } from '../../../workflows/steps/begin-operation.ts'
import { relaunchKafka } from '../../../workflows/steps/relaunch-kafka.ts'
import { activeCluster, textAt } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'
import { brokerDown, idleWorkflows, reported } from '../../api/host-fixtures.ts'

const ignore = () => {}

/** How often Kafka shall have been started on node 2 once its repair has asked for it, given what its host says. */
async function nonceAfterRepair(state: HostReport['process']['state']): Promise<number | undefined> {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await brokerDown(h, clusterId, 2)
  const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/brokers/2/actions/repair`), 'id')
  const ports = { ...h.ports, workflows: idleWorkflows(), log: { info: ignore, warn: ignore, error: ignore } }
  const input = { tenantId: 'acme', clusterId, operationId, attempt: 1, nodeId: 2, taskToken: 'token' }
  await beginOperation.run(input, ports)
  const cluster = (await loadCluster(h.store, 'acme', clusterId)).record
  const brokers = (await loadBrokers(h.store, 'acme', clusterId)).map(({ record }) => ({
    ...record,
    address: `10.0.0.${record.nodeId}`,
  }))
  await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({
    ...host,
    generation: 1,
    instanceId: 'i_2',
    desired: nextDesired(undefined, 1, desiredContent(cluster, brokers, 2, 'Running')),
  }))
  await reported(h, clusterId, 2, { process: { state, exitCount: 0 } })
  await relaunchKafka.run(input, ports)
  return (await loadHost(h.store, 'acme', clusterId, 2))?.record.desired?.kafka.restartNonce
}

it.each(['Stopped', 'CrashLooping', 'Starting'] as const)('starts Kafka anew where it is %s', async (state) => {
  expect(await nonceAfterRepair(state)).toBe(2)
})

it.each(['Running', 'Recovering'] as const)('leaves Kafka alone where it is %s by now', async (state) => {
  expect(await nonceAfterRepair(state)).toBe(1)
})
