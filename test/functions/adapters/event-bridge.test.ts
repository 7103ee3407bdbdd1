import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { afterEach, describe, expect, test } from 'vitest'
import { eventBridge } from '../../../functions/adapters/event-bridge.ts'
import type { EventRecord } from '../../../shared/records/event.ts'
import {
  type AwsJsonServer,
  clientSettings,
  startAwsJsonServer,
  type WireAnswer,
  type WireCall,
} from './aws-json-server.ts'

const event = (number: number, data: Readonly<Record<string, string>> = {}): EventRecord => ({
  specversion: '1.0',
  id: `evt_${number}`,
  source: '/v1/clusters/clu_1',
  type: 'kafka.cluster.state_changed.v1',
  subject: 'clusters/clu_1',
  time: '2026-11-21T12:00:00.000Z',
  datacontenttype: 'application/json',
  tenantid: 'acme',
  sequence: String(number).padStart(12, '0'),
  partitionkey: 'clu_1',
  data: { clusterId: 'clu_1', ...data },
})
const events = (count: number) => Array.from({ length: count }, (_, index) => event(index + 1))

let server: AwsJsonServer | undefined
let client: EventBridgeClient | undefined
afterEach(async () => {
  client?.destroy()
  await server?.close()
})

async function busAt(answer: (call: WireCall) => WireAnswer) {
  const pauses: number[] = []
  server = await startAwsJsonServer(answer)
  client = new EventBridgeClient(clientSettings(server))
  const clock = { sleep: async (milliseconds: number) => void pauses.push(milliseconds) }
  return { bus: eventBridge({ client, busName: 'weir-test', clock }), server, pauses }
}

/** The ids of the events in a call. */
function idsIn({ body }: WireCall): readonly string[] {
  if (!Array.isArray(body.Entries)) return []
  return body.Entries.map((entry: { Detail: string }) => JSON.parse(entry.Detail).id)
}

/** Plays the service: takes every entry but those. */
const refusing =
  (refused: (id: string) => boolean) =>
  (call: WireCall): WireAnswer => {
    const Entries = idsIn(call).map((id) =>
      refused(id) ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' } : { EventId: `accepted-${id}` },
    )
    return { body: { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries } }
  }
const accepting = refusing(() => false)

describe('publishing', () => {
  test('puts the whole event on the bus, under the names that rules match', async () => {
    const { bus, server } = await busAt(accepting)
    await bus.publish([event(7)])
    const entry = {
      EventBusName: 'weir-test',
      Source: 'weir',
      DetailType: 'kafka.cluster.state_changed.v1',
      Time: Date.parse('2026-11-21T12:00:00.000Z') / 1000,
      Detail: JSON.stringify(event(7)),
    }
    expect(server.calls).toEqual([
      { action: 'AWSEvents.PutEvents', contentType: 'application/x-amz-json-1.1', body: { Entries: [entry] } },
    ])
  })

  test('of none calls nobody', async () => {
    const { bus, server } = await busAt(accepting)
    await bus.publish([])
    expect(server.calls).toEqual([])
  })

  test('sends at most ten in a call, in order', async () => {
    const { bus, server } = await busAt(accepting)
    await bus.publish(events(25))
    expect(server.calls.map((call) => idsIn(call).length)).toEqual([10, 10, 5])
    expect(server.calls.flatMap(idsIn)).toEqual(events(25).map(({ id }) => id))
  })

  test('sends fewer in a call where they are large', async () => {
    const { bus, server } = await busAt(accepting)
    // Three bytes a character: what counts is the size on the wire.
    const large = Array.from({ length: 4 }, (_, index) => event(index, { logLines: '€'.repeat(40_000) }))
    await bus.publish(large)
    expect(server.calls.map((call) => idsIn(call).length)).toEqual([2, 2])
  })

  test('offers again only what was refused, with growing pauses', async () => {
    const tries = new Map<string, number>()
    const { bus, server, pauses } = await busAt(
      refusing((id) => {
        const count = (tries.get(id) ?? 0) + 1
        tries.set(id, count)
        return (id === 'evt_2' && count === 1) || (id === 'evt_5' && count <= 2)
      }),
    )
    await bus.publish(events(6))
    expect(server.calls.map(idsIn)).toEqual([events(6).map(({ id }) => id), ['evt_2', 'evt_5'], ['evt_5']])
    expect(pauses).toEqual([100, 200])
  })

  test('rejects with the reason when an event is refused to the end, so that its change is delivered again', async () => {
    const { bus, server } = await busAt(refusing((id) => id === 'evt_3'))
    await expect(bus.publish(events(3))).rejects.toThrow('refused 1 events: ThrottlingException')
    expect(server.calls).toHaveLength(5)
  })

  test('rejects when the call itself is refused', async () => {
    const { bus } = await busAt(() => ({ status: 400, error: 'ResourceNotFoundException' }))
    await expect(bus.publish(events(1))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})
