import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../../shared/contract/cluster.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { expectClientsServed, expectGone, expectNew, ORDERS_TOPIC } from '../weir/cluster-life.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { leftovers, type WeirProcess, weirProcess } from '../weir/weir-process.ts'

let weir: WeirProcess
let api: TenantApi

beforeAll(async () => {
  weir = await weirProcess('127.42')
  await weir.start()
  api = tenantApi(weir, 'acme')
})
afterAll(() => weir.dispose())

/** Below the API's limit of calls per second. */
const POLL_MILLISECONDS = 30

const seen = (name: string) => (operation: Operation) => operation.steps.some((step) => step.name === name)

/** Moments of a create, told apart by what the operation says. */
const MOMENTS = {
  'right after it was accepted': () => true,
  'while its hosts are made': seen('ensureInstance'),
  'while its hosts format and start Kafka': seen('launchKafka'),
  'while the quorum forms': seen('awaitQuorum'),
  'while brokers become Active': seen('activateBroker'),
} as const

/** Killed once more while clients write and read: every record is acknowledged and read, with no error seen. */
async function disturbsNoClient({ id }: Cluster): Promise<void> {
  const check = await streamCheck(api, id)
  await check.acknowledged(100)
  await weir.kill()
  await check.acknowledged(100)
  await weir.start()
  await check.acknowledged(100)
  expect(await check.stop()).toMatchObject({ held: true, produceErrors: [], consumeErrors: [] })
  expect(await api.cluster(id)).toMatchObject({ status: 'Active', health: 'Healthy' })
}

/** Each moment is met once; between two of them the operation goes on for a while. A delete is over in a blink. */
const LIVES = [
  {
    moments: ['right after it was accepted', 'while its hosts format and start Kafka', 'while brokers become Active'],
    meanwhile: 'the cluster serving a client with a password and no other',
    whileActive: (cluster: Cluster) => expectClientsServed(weir, api, cluster),
    deleteAfterMilliseconds: [0, 60, 150],
  },
  {
    moments: ['while its hosts are made', 'while the quorum forms'],
    meanwhile: 'no client disturbed by another SIGKILL',
    whileActive: disturbsNoClient,
    deleteAfterMilliseconds: [30, 100],
  },
] as const

describe.each(LIVES.map((life) => [life.moments.join(', '), life.meanwhile, life] as const))(
  'killed with SIGKILL %s',
  (_when, meanwhile, { moments, whileActive, deleteAfterMilliseconds }) => {
    it(`ends the create Active with exactly three hosts, ${meanwhile}, and the delete with nothing left`, async () => {
      const accepted = await api.create({
        name: `victim-${moments.length}`,
        topology: 'combined',
        brokers: { count: 3, volumeGiB: 1 },
        topics: [{ name: 'stream' }, ORDERS_TOPIC],
      })
      for (const moment of moments) {
        let now = await api.operation(accepted.id)
        while (!MOMENTS[moment](now)) {
          await pause(POLL_MILLISECONDS)
          now = await api.operation(accepted.id)
        }
        expect(now.state).not.toBe('Succeeded')
        await weir.kill()
        await weir.start()
      }
      const cluster = await expectNew(weir, api, await api.ended(accepted.id), [1, 2, 3])
      await whileActive(cluster)

      const removal = await api.remove(accepted.target.id)
      for (const milliseconds of deleteAfterMilliseconds) {
        await pause(milliseconds)
        await weir.kill()
        await weir.start()
      }
      expect(await api.ended(removal.id)).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
      await expectGone(weir, api, cluster)
    })
  },
)

describe('killed with SIGKILL while a delete pre-empts a create', () => {
  it('ends the create Cancelled, and the delete with nothing left', async () => {
    const accepted = await api.create({
      name: 'unwanted',
      topology: 'combined',
      brokers: { count: 3, volumeGiB: 1 },
    })
    while (!seen('launchKafka')(await api.operation(accepted.id))) await pause(POLL_MILLISECONDS)
    const removal = await api.remove(accepted.target.id)
    await weir.kill()
    await weir.start()
    expect(await api.ended(removal.id)).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
    expect(await api.operation(accepted.id)).toMatchObject({ state: 'Cancelled' })
    expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 0 })
    expect(await leftovers(weir.home)).toEqual([])
    expect((await api.call('GET', `/v1/clusters/${accepted.target.id}`)).status).toBe(404)
  })
})
