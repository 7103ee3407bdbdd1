import { describe, expect, it } from 'vitest'
import type { OperationType } from '../../shared/lifecycle/lifecycle.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { activeCluster, keptCluster, ordered, paused, stoppedCluster, textAt, withVolumes } from './cluster-fixtures.ts'
import type { Answer } from './conformance.ts'
import { type Harness, harness } from './harness.ts'

type Order = Parameters<typeof activeCluster>[1]

const active = (order?: Order) => async (h: Harness) => (await activeCluster(h, order)).clusterId

async function restarting(h: Harness): Promise<{ clusterId: string; operationId: string }> {
  const { clusterId } = await activeCluster(h)
  await withVolumes(h.ports, clusterId)
  return { clusterId, operationId: textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id') }
}

/** A restart has failed and left these nodes broken. */
const broken = (nodeIds: readonly number[]) => async (h: Harness) => {
  const { clusterId, operationId } = await restarting(h)
  await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
    for (const nodeId of nodeIds) {
      draft.enterBroker(nodeId, 'Rebooting')
      draft.enterBroker(nodeId, 'Error', { health: 'Unavailable' })
    }
    endOperation(draft, { state: 'Failed', cluster: 'Error', error: { code: 'HOST_FAILED', detail: 'No host.' } })
  })
  return clusterId
}

const SITUATIONS: Readonly<Record<string, (h: Harness) => Promise<string>>> = {
  'is combined and serves': active(),
  'has three brokers': active({ topology: 'dedicated' }),
  'has six brokers': active({ topology: 'dedicated', brokers: { count: 6, volumeGiB: 100 } }),
  'has the newest release': active({ kafkaVersion: '4.3.1' }),
  'is protected against its deletion': active({ deletionProtection: true }),
  'is being created': async (h) => (await ordered(h)).clusterId,
  'is being restarted': async (h) => (await restarting(h)).clusterId,
  'rests in the middle of a restart': async (h) => {
    const { clusterId, operationId } = await restarting(h)
    await paused(h, clusterId, operationId)
    return clusterId
  },
  'is stopped': async (h) => {
    const { clusterId } = await activeCluster(h)
    await stoppedCluster(h, clusterId)
    return clusterId
  },
  'was deleted and is kept': async (h) => {
    const { clusterId } = await activeCluster(h, { deletion: { keepDays: 7 } })
    await keptCluster(h, clusterId)
    return clusterId
  },
  'has a broken node': broken([2]),
  'has broken nodes only': broken([1, 2, 3]),
}

type Call = (h: Harness, path: string) => Promise<Answer>

const action =
  (name: string): Call =>
  (h, path) =>
    h.post(`${path}/${name}`)

/** A change that follows from what the cluster is. */
const change =
  (of: (cluster: { brokers: { count: number; volumeGiB: number }; kafkaVersion: string }) => object): Call =>
  async (h, path) =>
    h.call('PATCH', path, { headers: { 'If-Match': '*' }, body: of(Object((await h.get(path)).body)) })

const config = { 'log.retention.ms': '86400000' }
const securityGroups = [{ name: 'apps', inboundRules: [{ cidr: '10.0.0.0/8' }] }]

/** How each kind is asked for, but for those that bring a cluster into being or are answered 200 where there is nothing to do. */
const CALLS: Readonly<Record<Exclude<OperationType, 'createCluster' | 'finaliseUpgrade'>, Call>> = {
  updateConfig: change(() => ({ config })),
  rebootBrokers: action('actions/restart'),
  extendVolumes: change(({ brokers }) => ({ brokers: { volumeGiB: brokers.volumeGiB + 10 } })),
  updateNetwork: change(() => ({ network: { securityGroups } })),
  updateCluster: change(({ brokers }) => ({ brokers: { volumeGiB: brokers.volumeGiB + 10 }, config })),
  rebalanceCluster: action('actions/rebalance'),
  expandBrokers: change(({ brokers }) => ({ brokers: { count: brokers.count + 3 } })),
  shrinkBrokers: change(({ brokers }) => ({ brokers: { count: brokers.count - 3 } })),
  upgradeKafka: change(({ kafkaVersion }) => ({ kafkaVersion: kafkaVersion === '4.3.1' ? '3.9.2' : '4.3.1' })),
  repairBrokers: action('brokers/2/actions/repair'),
  stopCluster: action('actions/stop'),
  startCluster: action('actions/start'),
  restoreCluster: action('actions/restore'),
  deleteCluster: (h, path) => h.delete(path),
}

describe.each(Object.entries(SITUATIONS))('what a cluster offers that %s', (_what, made) => {
  it('is just what it accepts', async () => {
    for (const [type, ask] of Object.entries(CALLS)) {
      const h = harness()
      const path = `/v1/clusters/${await made(h)}`
      const offered: readonly string[] = Object((await h.get(path)).body).allowedActions
      const { status } = await ask(h, path)
      expect([type, status < 300 ? 'accepted' : `refused with ${status}`]).toEqual([
        type,
        offered.includes(type) ? 'accepted' : expect.stringMatching(/refused with 4(09|22)/),
      ])
    }
  })
})
