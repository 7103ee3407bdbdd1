import type { DynamoDBRecord } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { toTableItem, toTableKey } from '../../../functions/adapters/dynamo-items.ts'
import { changesHandler } from '../../../functions/lambda/changes.ts'
import type { Change, Item } from '../../../shared/ports/store.ts'
import type { ExecutionInput } from '../../../shared/ports/workflows.ts'
import type { EventRecord } from '../../../shared/records/event.ts'
import { FOLLOWED_SORT_PREFIXES } from '../../../shared/records/followed.ts'
import { activeCluster, ordered } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'

/** An item as it stands in a stream record. */
function image(item: Item) {
  const { pk, sk, version, value } = toTableItem(item, item.version, JSON.stringify(item.value), undefined)
  return { pk: { S: pk.S }, sk: { S: sk.S }, version: { N: version.N }, value: { S: value.S } }
}

/** A change as the table's stream delivers it. */
function toRecord(change: Change, index: number): DynamoDBRecord {
  const { pk, sk } = toTableKey(change)
  return {
    eventName: change.before ? (change.after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    dynamodb: {
      SequenceNumber: String(index + 1),
      Keys: { pk: { S: pk.S }, sk: { S: sk.S } },
      ...(change.before && { OldImage: image(change.before) }),
      ...(change.after && { NewImage: image(change.after) }),
    },
  }
}

/** The handler on the store of a control plane, with what it started and published. */
function following(h: Harness, failures: { readonly on?: string } = {}) {
  const started: ExecutionInput[] = []
  const published: EventRecord[] = []
  const logged: string[] = []
  const handler = changesHandler({
    ...h.ports,
    log: { info: () => {}, warn: () => {}, error: (message) => logged.push(message) },
    workflows: {
      start: async (_workflow, input) => void started.push(input),
      stop: async () => {},
      succeed: async () => true,
      fail: async () => true,
      describe: async () => 'Absent',
      heartbeat: async () => true,
    },
    events: {
      publish: async (events) => {
        if (events.some(({ type }) => type === failures.on)) throw new Error('the bus is away')
        published.push(...events)
      },
    },
  })
  return { handler, started, published, logged }
}

const recordsOf = async (h: Harness) => (await h.store.changes(undefined, 10_000)).changes.map(toRecord)

const wakes = ({ eventName, dynamodb }: DynamoDBRecord) =>
  eventName !== 'REMOVE' && FOLLOWED_SORT_PREFIXES.some((prefix) => dynamodb?.Keys?.sk?.S?.startsWith(prefix))

describe('the function behind the stream', () => {
  it('starts the operation of an accepted order and publishes its events in their order', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const { handler, started, published } = following(h)
    expect(await handler({ Records: await recordsOf(h) })).toEqual({ batchItemFailures: [] })
    expect(started).toEqual([{ tenantId: 'acme', clusterId, operationId, attempt: 1 }])
    expect(published.map(({ sequence }) => Number(sequence))).toEqual(published.map((_, index) => index + 1))
    expect(published.map(({ type }) => type)).toContain('kafka.cluster.created.v1')
  })

  it('puts each event into the feed once, however often its change is delivered', async () => {
    const h = harness()
    await ordered(h)
    const { handler } = following(h)
    const records = await recordsOf(h)
    await handler({ Records: records })
    const feed = async () => (await h.store.query({ partition: 'T#acme#FEED', limit: 1000 })).items
    const before = await feed()
    await handler({ Records: records })
    expect(before.length).toBeGreaterThan(0)
    expect(await feed()).toEqual(before)
  })

  it('names the first change that it could not follow and leaves alone what comes behind it', async () => {
    const h = harness()
    await ordered(h)
    const { handler, published, logged } = following(h, { on: 'kafka.operation.created.v1' })
    const records = await recordsOf(h)
    const failing = records.find(({ dynamodb }) =>
      dynamodb?.NewImage?.value?.S?.includes('"kafka.operation.created.v1"'),
    )
    const answer = await handler({ Records: records })
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: failing?.dynamodb?.SequenceNumber }] })
    const later = records.slice(failing ? records.indexOf(failing) : 0).map((record) => record.dynamodb?.Keys?.sk?.S)
    expect(published.filter(({ sequence }) => later.includes(`EVENT#${sequence}`))).toEqual([])
    expect(logged).toEqual(['a committed change was not followed'])
  })

  it('does the same when it is woken only by the rows that the deployed filter lets through', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await h.delete(`/v1/clusters/${clusterId}`)
    const records = await recordsOf(h)
    const followed = records.filter(wakes)
    expect(followed.length).toBeLessThan(records.length)
    const all = following(h)
    const some = following(h)
    await all.handler({ Records: records })
    await some.handler({ Records: followed })
    expect(some.started).toEqual(all.started)
    expect(some.published).toEqual(all.published)
    expect(all.started).toHaveLength(2)
  })
})
