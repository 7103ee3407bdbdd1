import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { activeCluster, stoppedCluster, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'
import { reported } from './host-fixtures.ts'

const FIRST = 101
const BROKERS = [101, 102, 103, 104, 105, 106]

/** A cluster of six brokers, two in each of three zones. */
async function six() {
  const h = harness()
  const order = { topology: 'dedicated', brokers: { count: 6, volumeGiB: 100 } } as const
  const { clusterId } = await activeCluster(h, order)
  const path = `/v1/clusters/${clusterId}`
  const shrink = (brokers: object = { count: 3 }, more: object = {}) =>
    h.call('PATCH', path, { body: { brokers, ...more }, headers: { 'If-Match': '*' } })
  const topic = async (name: string, replicationFactor: number, config = {}) =>
    expect((await h.post(`${path}/topics`, { name, partitions: 2, replicationFactor, config })).status).toBe(201)
  return { h, clusterId, path, shrink, topic }
}

type Six = Awaited<ReturnType<typeof six>>

const setHealth = ({ h, clusterId }: Six, nodeId: number) =>
  changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
    draft.setHealth(nodeId, 'Unavailable', 'It was switched off.'),
  )

async function volumesFull({ h, clusterId }: Six): Promise<void> {
  const volume = { state: 'Mounted', fileSystem: 'xfs', totalBytes: 1024 ** 2, usedBytes: 1024 ** 2 } as const
  for (const nodeId of BROKERS) await reported(h, clusterId, nodeId, { volume })
}

/** What an operation was refused for: its status, its code and the fields that are named. */
async function refusalOf(h: Harness, call: () => ReturnType<Harness['call']>) {
  const before = await h.commits()
  const answer = await call()
  expect(await h.commits()).toBe(before)
  const { code, errors = [] } = Object(answer.body)
  return [answer.status, code, ...errors.map(({ pointer }: { pointer: string }) => pointer)]
}

describe('fewer brokers', () => {
  it('are accepted, and those that are named go', async () => {
    const setting = await six()
    await setting.topic('orders', 3)
    const answer = await setting.shrink({ count: 3, removeNodeIds: [104, 102, 106] })
    expect([answer.status, answer.body]).toMatchObject([202, { type: 'shrinkBrokers' }])
    expect(Object(answer.body).plan.phases).toMatchObject([{ nodes: [104, 102, 106], moves: { partitions: 4 } }])
    expect(Object(answer.body).plan.billing).toMatchObject({ before: { machines: 9 }, after: { machines: 6 } })
    expect((await setting.h.get(setting.path)).body).toMatchObject({ status: 'Shrinking', brokers: { count: 3 } })
  })

  it.each([
    ['would leave the zones uneven', { count: 4 }, {}, '/brokers/count'],
    ['would leave fewer than three', { count: 0 }, {}, '/brokers/count'],
    ['name brokers without a smaller number', { removeNodeIds: [104] }, {}, '/brokers/removeNodeIds'],
    ['name brokers for the same number', { count: 6, removeNodeIds: [104] }, {}, '/brokers/removeNodeIds'],
    ['name too few', { count: 3, removeNodeIds: [104] }, {}, '/brokers/removeNodeIds'],
    ['name one twice', { count: 3, removeNodeIds: [104, 105, 105] }, {}, '/brokers/removeNodeIds'],
    ['name one that there is not', { count: 3, removeNodeIds: [104, 105, 999] }, {}, '/brokers/removeNodeIds'],
    ['name a controller', { count: 3, removeNodeIds: [1, 104, 105] }, {}, '/brokers/removeNodeIds'],
    ['name those of one zone', { count: 3, removeNodeIds: [101, 104, 105] }, {}, '/brokers/removeNodeIds'],
    [
      'could not hold what the configuration asks for',
      { count: 3 },
      { config: { 'default.replication.factor': '5' } },
      '/config/default.replication.factor',
    ],
  ] as const)('are refused where they %s', async (_, brokers, more, pointer) => {
    const { h, shrink } = await six()
    expect(await refusalOf(h, () => shrink(brokers, more))).toEqual([422, 'INVALID_FIELD', pointer])
  })

  it.each<[string, number, string, (setting: Six) => unknown]>([
    [
      'a topic has more replicas than brokers would stay',
      409,
      'REPLICAS_WOULD_NOT_FIT',
      ({ topic }) => topic('wide', 4),
    ],
    [
      'the volumes of those that stay are too small',
      409,
      'DISK_WOULD_NOT_FIT',
      async (setting) => {
        await setting.topic('orders', 3)
        await volumesFull(setting)
      },
    ],
    ['a node does not serve', 409, 'NODES_NOT_SERVING', (setting) => setHealth(setting, FIRST)],
    [
      'replicas are being moved already',
      409,
      'MOVES_IN_PROGRESS',
      ({ h }) =>
        h.kafka.moving.push({ topic: 'a', partition: 0, replicas: [101, 104], adding: [104], removing: [101] }),
    ],
    ['replicas lag behind what their topic needs', 409, 'REPLICAS_NOT_IN_SYNC', ({ topic }) => topic('lagging', 3)],
    ['Kafka does not say what it holds', 503, 'KAFKA_UNAVAILABLE', ({ h }) => h.kafka.loseAnswerOf('replicaSizes')],
  ])('are refused where %s', async (_, status, code, arrange) => {
    const setting = await six()
    await arrange(setting)
    expect(await refusalOf(setting.h, setting.shrink)).toEqual([status, code, '/brokers/count'])
  })

  it('are refused together with other work on brokers, but not with what takes effect at once', async () => {
    const { h, shrink } = await six()
    const both = () => shrink({ count: 3, volumeGiB: 200 })
    expect(await refusalOf(h, both)).toEqual([422, 'CHANGE_NOT_SUPPORTED', '/brokers/count'])
    expect((await shrink({ count: 3 }, { labels: { team: 'web' } })).status).toBe(202)
  })

  it('are refused while another operation runs, and of a cluster that is stopped', async () => {
    const { h, path, shrink } = await six()
    await h.post(`${path}/actions/restart`)
    expect(await refusalOf(h, shrink)).toEqual([409, 'OPERATION_IN_PROGRESS'])
    const stopped = await six()
    await stoppedCluster(stopped.h, stopped.clusterId)
    expect(await refusalOf(stopped.h, stopped.shrink)).toEqual([409, 'STATUS_NOT_ALLOWED'])
  })

  it('are not there for another tenant, whose Kafka is not asked', async () => {
    const { h, path } = await six()
    const asked = h.kafka.calls.length
    const call = () =>
      h.call('PATCH', path, { body: { brokers: { count: 3 } }, as: 'globex', headers: { 'If-Match': '*' } })
    expect(await refusalOf(h, call)).toEqual([404, 'CLUSTER_NOT_FOUND'])
    const planned = await h.post(`${path}/plans`, { brokers: { count: 3 } }, { as: 'globex' })
    expect([planned.status, textAt(planned, 'code')]).toEqual([404, 'CLUSTER_NOT_FOUND'])
    expect(h.kafka.calls).toHaveLength(asked)
  })
})
