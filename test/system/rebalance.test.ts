import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../shared/contract/operation.ts'
import { RebalanceProposal } from '../../shared/contract/rebalance.ts'
import { fillAs, type ScramAccess } from '../kafka/scram-client.ts'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { type KafkaBeside, kafkaBeside } from '../weir/kafka-view.ts'
import { streamAccess } from '../weir/stream-access.ts'
import { streamCheck } from '../weir/stream-check.ts'
import { type WeirProcess, weirProcess } from '../weir/weir-process.ts'

/** The lowest throttle that may be ordered: with it a megabyte takes a second. */
const THROTTLE = 1

/** So many megabytes lie in each partition that is to move, and so many partitions of a topic on one broker. */
const MEGABYTES = 9
const PARTITIONS = 9

const POLL_MILLISECONDS = 200

let weir: WeirProcess
let api: TenantApi
let clusterId: string
let beside: KafkaBeside
let filler: ScramAccess

beforeAll(async () => {
  weir = await weirProcess('127.62')
  await weir.start()
  api = tenantApi(weir, 'acme')
  const order = { name: 'skewed', topology: 'combined' as const, brokers: { count: 3, volumeGiB: 2 }, topics: [] }
  const created = await api.ended((await api.create(order)).id)
  expect(created.state).toBe('Succeeded')
  clusterId = created.target.id
  beside = await kafkaBeside(weir.home, 'acme', clusterId)
  const { bootstrapServers, caCertificatePem, user, password } = await streamAccess(api, clusterId, 'filler')
  filler = { clientListeners: bootstrapServers, caPem: caCertificatePem, user, password }
  // What clients write to meanwhile is moved, too.
  await place('stream', 3, [1, 2], 0)
  await place('heavy', PARTITIONS, [1], MEGABYTES)
})
afterAll(() => weir.dispose())

/** A topic of which all replicas stand on the same brokers, with so many megabytes in each partition. */
async function place(name: string, partitions: number, replicas: readonly number[], megabytes: number): Promise<void> {
  const config = { 'min.insync.replicas': '1' }
  const assignment = Array.from({ length: partitions }, () => replicas)
  const { kafka, target } = beside
  await kafka.createTopic(target, { name, partitions, replicationFactor: replicas.length, config, assignment })
  for (let partition = 0; partition < partitions && megabytes > 0; partition++)
    await fillAs(filler, name, partition, megabytes)
}

async function propose(): Promise<RebalanceProposal> {
  const path = `/v1/clusters/${clusterId}/rebalance-proposals`
  const { status, body } = await api.call('POST', path, { throttleMiBPerSecond: THROTTLE })
  expect(status, JSON.stringify(body)).toBe(201)
  return RebalanceProposal.parse(body)
}

async function ask(path: string, order?: object): Promise<string> {
  const { status, body } = await api.call('POST', path, order)
  expect(status, JSON.stringify(body)).toBe(202)
  return String(Object(body).id)
}

const approve = (proposalId: string) => ask(`/v1/clusters/${clusterId}/actions/rebalance`, { proposalId })

async function until(
  operationId: string,
  is: (operation: Operation) => boolean | Promise<boolean>,
): Promise<Operation> {
  for (;;) {
    const operation = await api.operation(operationId)
    if (await is(operation)) return operation
    if (operation.finishedAt !== undefined) throw new Error(JSON.stringify(operation))
    await pause(POLL_MILLISECONDS)
  }
}

const moving = () => beside.kafka.reassignments(beside.target)
const isMoving = async () => (await moving()).length > 0
const throttles = async () => ({
  topics: await beside.kafka.topicsWithThrottles(beside.target),
  brokers: await beside.kafka.brokersWithThrottles(beside.target),
})
const NO_THROTTLES = { topics: [], brokers: [] }
const placesOf = async (name: string) =>
  (await beside.kafka.topics(beside.target)).find((topic) => topic.name === name)?.partitions ?? []

describe('a rebalance of real brokers', () => {
  it('moves what was approved under its throttle, rests, survives SIGKILL, ends in balance without a throttle, and loses no acknowledged record', async () => {
    const check = await streamCheck(api, clusterId)
    await check.acknowledged(100)
    const proposal = await propose()
    expect(proposal.copies).toBeGreaterThan(PARTITIONS / 2)
    expect(proposal.before.outside.diskBytes).toBeGreaterThan(0)
    expect(await throttles()).toEqual(NO_THROTTLES)
    const operationId = await approve(proposal.id)

    await until(operationId, isMoving)
    expect(await throttles()).toMatchObject({ topics: expect.arrayContaining(['heavy']), brokers: [1, 2, 3] })
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Updating', activeOperationId: operationId })
    const refused = await api.call('POST', `/v1/clusters/${clusterId}/actions/restart`)
    expect(refused.status).toBe(409)
    await ask(`/v1/operations/${operationId}/actions/pause`)
    const rests = await until(operationId, ({ state }) => state === 'Paused')
    const { partitionsDone = 0, partitionsTotal = 0 } = rests.progress.moves ?? {}
    expect(partitionsDone).toBeGreaterThan(0)
    expect(partitionsDone).toBeLessThan(partitionsTotal)
    expect(partitionsTotal).toBe(proposal.moves)
    expect([await moving(), await throttles()]).toEqual([[], NO_THROTTLES])

    await ask(`/v1/operations/${operationId}/actions/resume`)
    await until(operationId, isMoving)
    await weir.kill()
    await weir.start()
    const ended = await api.ended(operationId)
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ state: 'Succeeded', attempt: 2 })
    expect(ended.progress.moves).toMatchObject({
      partitionsDone: proposal.moves,
      bytesDone: proposal.bytes,
      bytesTotal: proposal.bytes,
      passedOver: 0,
    })
    expect([await moving(), await throttles()]).toEqual([[], NO_THROTTLES])
    const report = await check.stop()
    expect(report, JSON.stringify(report)).toMatchObject({ held: true, lost: 0 })

    const { items } = Object((await api.call('GET', `${proposal.links.moves}?pageSize=200`)).body)
    for (const { topic, partition, to } of items) {
      const now = (await placesOf(topic)).find((place) => place.partition === partition)
      expect(now, `${topic}-${partition}`).toMatchObject({ replicas: to, leader: to[0] })
      expect(now?.isr.toSorted()).toEqual([...to].toSorted())
    }
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
  })

  it('that is cancelled brings back what is under way, leaves what is done, and no throttle', async () => {
    await place('lately', 4, [2], MEGABYTES)
    const operationId = await approve((await propose()).id)
    await until(operationId, isMoving)
    const underWay = await moving()
    await ask(`/v1/operations/${operationId}/actions/cancel`)
    const ended = await api.ended(operationId)
    expect(ended, JSON.stringify(ended.error)).toMatchObject({ state: 'Cancelled' })
    expect([await moving(), await throttles()]).toEqual([[], NO_THROTTLES])
    const places = await placesOf('lately')
    const backAgain = underWay.filter(
      ({ topic, partition }) => topic === 'lately' && places[partition]?.replicas.join() === '2',
    )
    expect(backAgain.length).toBeGreaterThan(0)
    expect(await api.cluster(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
  })
})
