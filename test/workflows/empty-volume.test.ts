import { describe, expect, it } from 'vitest'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { HostFleet, HostResource } from '../../shared/ports/hosts.ts'
import type { Kafka, QuorumView } from '../../shared/ports/kafka.ts'
import { acceptRepair } from '../../shared/state/accept-repair.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { brokersOf, loadCluster, loadHost } from '../../shared/state/load.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { desiredContent, nextDesired } from '../../workflows/desired-host.ts'
import { assessVolumes } from '../../workflows/steps/assess-volumes.ts'
import { chooseRepair } from '../../workflows/steps/choose-repair.ts'
import { ensureInstance } from '../../workflows/steps/ensure-instance.ts'
import { enterRepairing } from '../../workflows/steps/enter-repairing.ts'
import { fenceHost } from '../../workflows/steps/fence-host.ts'
import { launchOnEmptyVolume } from '../../workflows/steps/launch-on-empty-volume.ts'
import { recordFailure } from '../../workflows/steps/record-failure.ts'
import { relaunchKafka } from '../../workflows/steps/relaunch-kafka.ts'
import { replaceVolume } from '../../workflows/steps/replace-volume.ts'
import { activeCluster } from '../api/cluster-fixtures.ts'
import { harness, whileTimePasses } from '../api/harness.ts'
import { brokerDown, idleWorkflows, reported } from '../api/host-fixtures.ts'

const VICTIM = 2
const MINUTE = 60_000
const HEALTHY: QuorumView = {
  leaderId: 1,
  voters: [1, 2, 3].map((nodeId) => ({ nodeId, caughtUp: nodeId !== VICTIM, hasCommitted: nodeId !== VICTIM })),
}

/** A fleet that holds one volume and one machine for each node, and tells in which order things went. */
function fleet(clusterId: string) {
  const log: string[] = []
  const volumes = new Map([1, 2, 3].map((nodeId) => [nodeId, `vol_${nodeId}`]))
  const used = async () => Promise.reject(new TypeError('nobody asks for this'))
  const hosts: HostFleet = {
    ensureSecurityGroup: used,
    removeSecurityGroup: used,
    ensureAddress: used,
    stageRelease: used,
    growVolume: used,
    removeAddress: used,
    ensureVolume: async ({ nodeId, volumeIncarnation }) => {
      const volumeId = volumes.get(nodeId) ?? `vol_${nodeId}.${volumeIncarnation}`
      volumes.set(nodeId, volumeId)
      log.push(`ensureVolume ${volumeId}`)
      return { volumeId }
    },
    ensureInstance: async ({ nodeId, incarnation }, volumeId) => {
      log.push(`ensureInstance ${incarnation} with ${volumeId}`)
      return { instanceId: `i_${nodeId}.${incarnation}` }
    },
    removeInstance: async () => void log.push('removeInstance'),
    removeVolume: async ({ nodeId }, volumeId) => {
      if (volumeId === undefined || volumes.get(nodeId) === volumeId) volumes.delete(nodeId)
      log.push(`removeVolume ${volumeId}`)
    },
    list: async () =>
      [...volumes].map(
        ([nodeId, id]): HostResource => ({ tenantId: 'acme', clusterId, nodeId, kind: 'volume', id, state: 'Running' }),
      ),
  }
  return { hosts, volumes, log }
}

/** A cluster whose second node is down, with a repair of it accepted. */
async function scene({
  lost = [VICTIM],
  said = {},
}: {
  lost?: readonly number[]
  said?: { replaceVolume?: boolean; acceptDataLoss?: boolean }
} = {}) {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const cluster = (await loadCluster(h.store, 'acme', clusterId)).record
  const brokers = await brokersOf(h.store, 'acme', clusterId)
  for (const nodeId of [1, 2, 3]) {
    await reported(h, clusterId, nodeId)
    const content = desiredContent(cluster, brokers, nodeId, 'Running')
    await changeHost(h.ports, 'acme', clusterId, nodeId, (host) => ({
      ...host,
      volumeId: `vol_${nodeId}`,
      desired: nextDesired(undefined, host.generation, content),
    }))
  }
  await brokerDown(h, clusterId, VICTIM)
  const world = { isr: [1, 3] as readonly number[], quorum: HEALTHY }
  const { hosts, volumes, log } = fleet(clusterId)
  for (const nodeId of lost) volumes.delete(nodeId)
  const kafka: Kafka = {
    ...h.kafka,
    quorum: async () => world.quorum,
    topics: async () => [
      {
        name: 'orders',
        internal: false,
        partitions: [{ partition: 7, leader: world.isr[0] ?? -1, replicas: [1, 2, 3], isr: world.isr }],
      },
    ],
  }
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const ports = { ...h.ports, log: quiet, hosts, kafka, workflows: idleWorkflows() }
  const accept = async () => {
    const requester = { tenantId: 'acme', requestedBy: 'ana', requestId: 'req_1' }
    const wish = { replaceVolume: false, acceptDataLoss: false, ...said }
    return (await acceptRepair(h.ports, requester, clusterId, VICTIM, { said: wish })).operationId
  }
  let operationId = await accept()
  const input = () => ({ tenantId: 'acme', clusterId, operationId, attempt: 1, nodeId: VICTIM, taskToken: 'token' })
  const host = async () => {
    const found = await loadHost(h.store, 'acme', clusterId, VICTIM)
    if (!found) throw new Error('the host has no record')
    return found.record
  }
  const { taskToken: _, nodeId: _node, ...whole } = input()
  return {
    h,
    world,
    log,
    volumes,
    host,
    desired: async () => (await host()).desired?.kafka,
    assess: () => whileTimePasses(h.clock, assessVolumes.run({ ...whole, operationId }, ports)),
    choose: () => chooseRepair.run({ ...whole, operationId }, ports),
    enter: () => enterRepairing.run(input(), ports),
    fence: () => fenceHost.run(input(), ports),
    replace: () => replaceVolume.run(input(), ports),
    instance: () => ensureInstance.run(input(), ports),
    launch: () => launchOnEmptyVolume.run(input(), ports),
    relaunch: () => relaunchKafka.run(input(), ports),
    fail: () => recordFailure.run({ ...whole, operationId }, ports),
    again: async () => {
      await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
        draft.setHealth(VICTIM, 'Unavailable', 'Down.'),
      )
      operationId = await accept()
    },
  }
}

type Scene = Awaited<ReturnType<typeof scene>>

/** All that comes before the start of Kafka. */
async function upToTheStart(s: Scene): Promise<void> {
  await s.assess()
  await s.enter()
  await s.fence()
  await s.replace()
  await s.instance()
}

const codeOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (thrown) => (thrown instanceof DomainError ? thrown.code : thrown),
  )

/** A guard that stays closed is waited for, and then named. */
async function staysClosed(s: Scene, code: string, step: () => Promise<unknown>): Promise<void> {
  expect(await codeOf(step())).toBe('NOT_YET')
  await s.h.clock.advance(9 * MINUTE)
  expect(await codeOf(step())).toBe('NOT_YET')
  await s.h.clock.advance(2 * MINUTE)
  expect(await codeOf(step())).toBe(code)
}

describe('a node whose volume is gone', () => {
  it('gets an empty one: its machine goes first, then the volume, and Kafka is started once, with the old identity', async () => {
    const s = await scene()
    const before = await s.desired()
    await upToTheStart(s)
    expect(s.log).toEqual([
      'removeInstance',
      'removeVolume vol_2',
      'ensureVolume vol_2.2',
      'ensureInstance 2 with vol_2.2',
    ])
    await s.launch()
    await s.launch()
    expect(await s.desired()).toEqual({ ...before, restartNonce: 2 })
  })

  it('has Kafka held back from the moment on at which that is known, until the guards let it start', async () => {
    const s = await scene()
    await s.assess()
    expect(await s.choose()).toEqual({ verdict: 'StartEmpty', nodeId: VICTIM })
    expect(await s.desired()).toMatchObject({ processState: 'Stopped' })
    expect(await codeOf(s.relaunch())).toBe('VOLUME_FAILED')
    expect(await codeOf(s.launch())).toBe('VOLUME_FAILED')
    await upToTheStart(s)
    expect(await s.desired()).toMatchObject({ processState: 'Stopped' })
    expect(await codeOf(s.relaunch())).toBe('VOLUME_FAILED')
    await s.launch()
    expect(await s.desired()).toMatchObject({ processState: 'Running' })
  })

  it('keeps its volume where that is still there', async () => {
    const s = await scene({ lost: [] })
    await s.assess()
    expect(await s.choose()).toEqual({ verdict: 'Start', nodeId: VICTIM })
    expect((await s.host()).emptyVolume).toBeUndefined()
  })

  it('gets an empty one also where its host cannot use the one it has, or where that is asked for', async () => {
    const broken = await scene({ lost: [] })
    const problem = { code: 'VOLUME_FAILED', detail: 'no XFS', terminal: true } as const
    await reported(broken.h, (await broken.host()).desired?.clusterId ?? '', VICTIM, { problem })
    await broken.assess()
    expect(await broken.choose()).toMatchObject({ verdict: 'StartEmpty' })

    const asked = await scene({ lost: [], said: { replaceVolume: true } })
    await upToTheStart(asked)
    expect(asked.volumes.get(VICTIM)).toBe('vol_2.2')
    await asked.assess()
    expect((await asked.host()).emptyVolume).toMatchObject({ state: 'Empty' })
  })

  it('is still behind the guards for a later repair when the first one ended before Kafka was started', async () => {
    const s = await scene()
    await upToTheStart(s)
    await s.fail()
    await s.again()
    await s.assess()
    expect(await s.choose()).toEqual({ verdict: 'StartEmpty', nodeId: VICTIM })
    s.log.splice(0)
    await s.enter()
    await s.replace()
    expect(s.log).toEqual(['ensureVolume vol_2.2'])
    s.world.isr = [VICTIM]
    expect(await codeOf(s.launch())).toBe('NOT_YET')
  })

  it('has its own volume again for a later repair when somebody has brought that back', async () => {
    const s = await scene()
    s.world.isr = [VICTIM]
    await s.assess()
    await s.enter()
    await s.fence()
    expect(await codeOf(s.replace())).toBe('NOT_YET')
    await s.fail()
    s.volumes.set(VICTIM, 'vol_2')
    await s.again()
    await s.assess()
    expect(await s.choose()).toEqual({ verdict: 'Start', nodeId: VICTIM })
    await s.relaunch()
    expect(await s.desired()).toMatchObject({ processState: 'Running' })
  })
})

describe('the guard of the replicas', () => {
  it('keeps the old volume where it may hold the last copy, and names the partitions', async () => {
    const s = await scene({ lost: [], said: { replaceVolume: true } })
    s.world.isr = [VICTIM]
    await s.assess()
    await s.enter()
    await s.fence()
    await staysClosed(s, 'DATA_LOSS_NOT_ACCEPTED', s.replace)
    await expect(s.replace()).rejects.toThrow('orders-7')
    expect(s.volumes.get(VICTIM)).toBe('vol_2')
  })

  it('is asked again right before the start', async () => {
    const s = await scene()
    await upToTheStart(s)
    s.world.isr = [VICTIM]
    await staysClosed(s, 'DATA_LOSS_NOT_ACCEPTED', s.launch)
    expect(await s.desired()).toMatchObject({ processState: 'Stopped' })
    s.world.isr = [3]
    await s.launch()
    expect(await s.desired()).toMatchObject({ processState: 'Running' })
  })

  it('lets it start where the loss was accepted', async () => {
    const s = await scene({ said: { acceptDataLoss: true } })
    s.world.isr = [VICTIM]
    await upToTheStart(s)
    await s.launch()
    expect(await s.desired()).toMatchObject({ processState: 'Running' })
  })

  it('waits without a limit while another node recovers its log', async () => {
    const s = await scene()
    s.world.isr = [VICTIM]
    await s.assess()
    await s.enter()
    await s.fence()
    const clusterId = (await s.host()).desired?.clusterId ?? ''
    for (let hour = 0; hour < 3; hour++) {
      await s.h.clock.advance(60 * MINUTE)
      await reported(s.h, clusterId, 3, { process: { state: 'Recovering', exitCount: 1 } })
      expect(await codeOf(s.replace())).toBe('NOT_YET')
    }
  })
})

describe('the guard of the quorum', () => {
  const LAGGING: QuorumView = {
    leaderId: 1,
    voters: HEALTHY.voters.map((voter) => (voter.nodeId === 3 ? { ...voter, caughtUp: false } : voter)),
  }

  it('comes before that of the replicas, and no acceptance of data loss opens it', async () => {
    const s = await scene({ said: { acceptDataLoss: true } })
    s.world.isr = [VICTIM]
    s.world.quorum = LAGGING
    await s.assess()
    await s.enter()
    await s.fence()
    await staysClosed(s, 'QUORUM_AT_RISK', s.replace)
  })

  it('is asked again right before the start', async () => {
    const s = await scene()
    await upToTheStart(s)
    s.world.quorum = LAGGING
    await staysClosed(s, 'QUORUM_AT_RISK', s.launch)
    expect(await s.desired()).toMatchObject({ processState: 'Stopped' })
  })

  it('leaves it to a person when a second controller has lost its volume, and touches nothing', async () => {
    const s = await scene({ lost: [VICTIM, 3] })
    await expect(s.assess()).rejects.toMatchObject({
      code: 'QUORUM_AT_RISK',
      message: expect.stringContaining('2 and 3'),
    })
    expect(s.log).toEqual([])
    expect((await s.host()).emptyVolume).toBeUndefined()
  })
})
