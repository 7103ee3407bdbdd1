import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Operation } from '../../shared/contract/operation.ts'
import { Plan } from '../../shared/contract/plan.ts'
import type { TenantApi } from './api.ts'
import { hostViews } from './host-view.ts'
import { streamCheck } from './stream-check.ts'
import type { WeirProcess } from './weir-process.ts'

/**
 * A cluster of three combined nodes with 1 GiB each, whose configuration was never changed, with a topic `stream`, and one named
 * `single` of which each partition has one replica, and needs one.
 */
export interface UnchangedCluster {
  readonly weir: WeirProcess
  readonly api: TenantApi
  readonly clusterId: string
}

/** Changes of the Kafka configuration, one after the other; the volumes have 2 GiB afterwards. */
export function configTests(scene: () => UnchangedCluster): void {
  const api = () => scene().api
  const clusterId = () => scene().clusterId

  async function configure(config: Readonly<Record<string, string | null>>, more: object = {}): Promise<Operation> {
    const { headers } = await api().call('GET', `/v1/clusters/${clusterId()}`)
    const answer = await api().call(
      'PATCH',
      `/v1/clusters/${clusterId()}`,
      { config, ...more },
      { 'if-match': headers.get('etag') ?? '', 'content-type': 'application/merge-patch+json' },
    )
    expect(answer.status, JSON.stringify(answer.body)).toBe(202)
    return api().ended(Operation.parse(answer.body).id)
  }

  const restarted = (operation: Operation) =>
    operation.steps.filter(({ name }) => name === 'restartKafka').map(({ nodeId }) => nodeId)

  /** Which Kafka process runs on each node. */
  const processes = async () => Promise.all((await hostViews(scene().weir.home)).map((host) => host.kafka()))

  const kafkaStarts = async () =>
    (await Promise.all((await hostViews(scene().weir.home)).map((host) => host.kafkaStarts()))).reduce(
      (sum, starts) => sum + starts,
      0,
    )

  const runningRevisions = async () =>
    (await api().brokers(clusterId())).map(({ runningConfigRevision }) => runningConfigRevision)

  describe('a change of the Kafka configuration', () => {
    it('is in force on every broker without a restart where Kafka can change it while it runs', async () => {
      const before = await processes()
      expect(before).not.toContain(undefined)
      const ended = await configure({ 'log.retention.ms': '86400000', 'num.network.threads': '7' })
      expect(ended, JSON.stringify(ended.error)).toMatchObject({ state: 'Succeeded', plan: { restarts: 0 } })
      expect(restarted(ended)).toEqual([])
      expect(await processes()).toEqual(before)
      expect(await runningRevisions()).toEqual([2, 2, 2])
      expect(await api().cluster(clusterId())).toMatchObject({ status: 'Active', health: 'Healthy' })
    })

    it('restarts as many brokers as the plan promises where Kafka reads it at its start, also together with growth, and loses no acknowledged record', async () => {
      const check = await streamCheck(api(), clusterId(), 'configurer')
      await check.acknowledged(100)
      const before = await processes()
      const startsBefore = await kafkaStarts()
      const larger = { brokers: { volumeGiB: 2 }, labels: { size: 'two' } }
      const ended = await configure({ 'queued.max.requests': '600', 'log.retention.ms': null }, larger)
      expect(ended, JSON.stringify(ended.error)).toMatchObject({
        type: 'updateCluster',
        state: 'Succeeded',
        plan: { restarts: 3, phases: [{ kind: 'extendVolumes' }, { kind: 'updateConfig' }] },
      })
      await check.acknowledged(100)
      const report = await check.stop()
      expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })
      expect((await kafkaStarts()) - startsBefore).toBe(ended.plan?.restarts)
      expect(restarted(ended).toSorted()).toEqual([1, 2, 3])
      expect((await processes()).filter((process) => before.includes(process))).toEqual([])
      expect(await runningRevisions()).toEqual([3, 3, 3])
      expect((await api().brokers(clusterId())).map(({ volumeGiB }) => volumeGiB)).toEqual([2, 2, 2])
      expect(await api().cluster(clusterId())).toMatchObject({ status: 'Active', labels: { size: 'two' } })
    })

    it('that Kafka cannot start with is taken back on the one broker that got it, and the cluster serves on', async () => {
      // More than a Java array can hold: the catalogue's range is that of Kafka's own definition.
      const before = await processes()
      const ended = await configure({ 'queued.max.requests': '2147483647' })
      expect(ended).toMatchObject({
        state: 'Failed',
        error: { code: 'BROKER_PROCESS_FAILED', step: 'restartKafka' },
      })
      expect(ended.error?.logLines?.join('\n')).toMatch(/OutOfMemoryError|array size/)
      expect(restarted(ended)).toHaveLength(1)
      const after = await processes()
      expect(after).not.toContain(undefined)
      expect(after.filter((process) => before.includes(process))).toHaveLength(2)
      const cluster = await api().cluster(clusterId())
      expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy', config: { 'queued.max.requests': '600' } })
      expect(await runningRevisions()).toEqual([3, 3, 3])
      const revisions = z
        .object({ items: z.array(z.object({ revision: z.int(), state: z.string().optional() })) })
        .parse((await api().call('GET', `/v1/clusters/${clusterId()}/config-revisions`)).body).items
      expect(revisions.map(({ revision, state }) => [revision, state])).toEqual([
        [4, 'Failed'],
        [3, 'Succeeded'],
        [2, 'Succeeded'],
        [1, undefined],
      ])
    })

    it('goes back to an earlier revision by one call', async () => {
      const answer = await api().call('POST', `/v1/clusters/${clusterId()}/config-revisions/1/actions/restore`)
      expect(answer.status, JSON.stringify(answer.body)).toBe(202)
      const ended = await api().ended(Operation.parse(answer.body).id)
      expect(ended, JSON.stringify(ended.error)).toMatchObject({ state: 'Succeeded' })
      expect(await api().cluster(clusterId())).toMatchObject({ status: 'Active', config: {} })
      expect(await runningRevisions()).toEqual([5, 5, 5])
    })

    it('names partitions that no restart can spare, and is refused where topics would have no replica to spare', async () => {
      expect(await configure({ 'min.insync.replicas': '1' })).toMatchObject({
        state: 'Succeeded',
        plan: { restarts: 0 },
      })
      for (const [name, config] of [
        ['own', { 'min.insync.replicas': '1' }],
        ['follows', {}],
      ] as const) {
        const topic = { name, partitions: 1, replicationFactor: 1, config }
        expect((await api().call('POST', `/v1/clusters/${clusterId()}/topics`, topic)).status).toBe(201)
      }
      const plan = async (config: object) =>
        Plan.parse((await api().call('POST', `/v1/clusters/${clusterId()}/plans`, { config })).body)
      const [blocker, ...others] = (await plan({ 'min.insync.replicas': '2' })).blockers
      expect([blocker?.code, others]).toEqual(['NO_SPARE_REPLICA', []])
      expect(blocker?.detail).toMatch(/ for 1 topics .*: follows\. /)
      const { warnings, blockers } = await plan({ 'queued.max.requests': '601' })
      expect(blockers).toEqual([])
      expect(warnings.join()).toMatch(/3 partitions have no replica to spare/)
      for (const partition of ['follows-0', 'own-0', 'single-0']) expect(warnings.join()).toContain(partition)
    })
  })
}
