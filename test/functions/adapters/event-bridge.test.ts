import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { eventBridge } from '../../../functions/adapters/event-bridge.ts'
import type { EventRecord } from '../../../shared/records/event.ts'
import { clientSettings, startAwsJsonServer, type WireCall } from './aws-json-server.ts'

const Entry = z.object({ EventBusName: z.string(), Source: z.string(), DetailType: z.string(), Detail: z.string() })

const entriesOf = ({ body }: WireCall) => z.array(Entry).parse(body.Entries)
const idsOf = (call: WireCall) =>
  entriesOf(call).map(({ Detail }) => z.object({ id: z.string() }).parse(JSON.parse(Detail)).id)

const events = (count: number): readonly EventRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    specversion: '1.0',
    id: `evt_${index}`,
    source: '/v1/clusters/clu_1',
    type: 'kafka.cluster.created.v1',
    subject: 'clu_1',
    time: '2026-11-21T10:00:00.000Z',
    datacontenttype: 'application/json',
    tenantid: 'acme',
    sequence: String(index).padStart(12, '0'),
    partitionkey: 'clu_1',
    data: { clusterId: 'clu_1' },
  }))

/** A bus that refuses the entries whose index `refuses` names. */
async function opened(refuses: (callNumber: number, index: number) => boolean) {
  let callNumber = 0
  const server = await startAwsJsonServer((call) => {
    callNumber += 1
    const Entries = entriesOf(call).map((_, index) =>
      refuses(callNumber, index)
        ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }
        : { EventId: `e${index}` },
    )
    return { body: { FailedEntryCount: 0, Entries } }
  })
  const client = new EventBridgeClient(clientSettings(server))
  onTestFinished(async () => {
    client.destroy()
    await server.close()
  })
  const slept: number[] = []
  const clock = { sleep: async (milliseconds: number) => void slept.push(milliseconds) }
  return { calls: server.calls, slept, bus: eventBridge({ client, busName: 'weir-test', clock }) }
}

describe('the bus on EventBridge', () => {
  it('publishes each event whole, under its type, on our own bus', async () => {
    const { calls, bus } = await opened(() => false)
    const [event] = events(1)
    await bus.publish(event ? [event] : [])
    expect(calls.flatMap(entriesOf)).toEqual([
      {
        EventBusName: 'weir-test',
        Source: 'weir',
        DetailType: 'kafka.cluster.created.v1',
        Detail: JSON.stringify(event),
      },
    ])
  })

  it('sends at most ten entries in a call, in their order', async () => {
    const { calls, bus } = await opened(() => false)
    await bus.publish(events(23))
    expect(calls.map((call) => idsOf(call).length)).toEqual([10, 10, 3])
    expect(calls.flatMap(idsOf)).toEqual(events(23).map(({ id }) => id))
  })

  it('sends no more bytes in a call than the service takes', async () => {
    const { calls, bus } = await opened(() => false)
    const large = events(5).map((event) => ({ ...event, data: { ...event.data, note: 'ä'.repeat(50_000) } }))
    await bus.publish(large)
    const bytes = calls.map(({ body }) => Buffer.byteLength(JSON.stringify(body)))
    expect(Math.max(...bytes)).toBeLessThan(256 * 1024)
    expect(calls.flatMap(idsOf)).toEqual(large.map(({ id }) => id))
  })

  it('sends again exactly those entries that were refused, after a pause', async () => {
    const { calls, slept, bus } = await opened((callNumber, index) => callNumber === 1 && index % 2 === 1)
    await bus.publish(events(4))
    expect(calls.map(idsOf)).toEqual([
      ['evt_0', 'evt_1', 'evt_2', 'evt_3'],
      ['evt_1', 'evt_3'],
    ])
    expect(slept).toEqual([100])
  })

  it('fails when an entry is refused again and again, so that the change is delivered again', async () => {
    const { calls, bus } = await opened((_, index) => index === 0)
    await expect(bus.publish(events(1))).rejects.toThrow(/refused 1 events: ThrottlingException/)
    expect(calls).toHaveLength(5)
  })

  it('calls nobody without events', async () => {
    const { calls, bus } = await opened(() => false)
    await bus.publish([])
    expect(calls).toEqual([])
  })
})
