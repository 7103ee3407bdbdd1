import { expect, it } from 'vitest'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { loadBrokers } from '../../../shared/state/load.ts'
import { changeHost } from '../../../shared/state/settle-host.ts'
import { beginOperation } from '../../../workflows/steps/begin-operation.ts'
import { finishNode } from '../../../workflows/steps/finish-node.ts'
import { activeCluster, textAt } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'
import { brokerDown, reported } from '../../api/host-fixtures.ts'

it.each(['3.7.1', '3.9.2'] as const)(
  'takes the word of the host for a node that an upgrade had left between two releases: %s',
  async (kafkaVersion) => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
      draft.setBroker(2, { kafkaVersion: '3.7.1', orderedVersion: '3.9.2' }),
    )
    await brokerDown(h, clusterId, 2)
    const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/brokers/2/actions/repair`), 'id')
    const input = { tenantId: 'acme', clusterId, operationId, attempt: 1, nodeId: 2 }
    const ignore = () => {}
    const ports = { ...h.ports, log: { info: ignore, warn: ignore, error: ignore } }
    await beginOperation.run(input, ports)
    await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({ ...host, generation: 1, instanceId: 'i_2' }))
    await reported(h, clusterId, 2, { process: { state: 'Running', exitCount: 0, kafkaVersion } })
    await changeCluster(h.ports, input, (draft) => draft.enterBroker(2, 'Repairing'))
    await finishNode.run(input, ports)
    const node = (await loadBrokers(h.store, 'acme', clusterId)).find(({ record }) => record.nodeId === 2)?.record
    expect(node).toMatchObject({ status: 'Active', kafkaVersion })
    expect(node).not.toHaveProperty('orderedVersion')
  },
)
