import { EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge'
import type { Clock } from '../../shared/ports/clock.ts'
import type { EventBus } from '../../shared/ports/event-bus.ts'
import { BUS_EVENT_SOURCE, type EventRecord } from '../../shared/records/event.ts'
import { AWS_CLIENT_SETTINGS } from './aws-client-settings.ts'

/** What the bus is made of. */
export interface EventBridgeParts {
  /** By default one of the function's own region and role. */
  readonly client?: EventBridgeClient
  readonly busName: string
  readonly clock: Pick<Clock, 'sleep'>
}

/** The most entries that one PutEvents takes, and the most bytes of all of them together. */
const MAX_ENTRIES = 10
const MAX_BYTES = 262_144

/** More than an entry has besides its detail: time, source, type and the service's own count for each. */
const ENTRY_OVERHEAD_BYTES = 256

/** Refused entries are sent again this often, with doubled pauses from 100 ms: the bus throttles for moments only. */
const MAX_TRIES = 5
const FIRST_PAUSE_MILLISECONDS = 100

/** Publishes events on an EventBridge bus: the whole CloudEvent as `detail`, its type as `detail-type`. */
export function eventBridge({
  client = new EventBridgeClient(AWS_CLIENT_SETTINGS),
  busName,
  clock,
}: EventBridgeParts): EventBus {
  const put = async (events: readonly EventRecord[]): Promise<readonly PutEventsResultEntry[]> => {
    const answer = await client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: busName,
          Source: BUS_EVENT_SOURCE,
          DetailType: event.type,
          Detail: JSON.stringify(event),
          Time: new Date(event.time),
        })),
      }),
    )
    return answer.Entries ?? []
  }

  /** The call succeeds although entries were refused, so each entry's own answer counts. */
  async function publishAll(events: readonly EventRecord[]): Promise<void> {
    let left = events
    for (let tries = 1; ; tries += 1) {
      const answers = await put(left)
      left = left.filter((_, index) => answers[index]?.EventId === undefined)
      if (left.length === 0) return
      if (tries === MAX_TRIES) {
        const reasons = [...new Set(answers.flatMap(({ ErrorCode }) => ErrorCode ?? []))]
        throw new Error(`the bus ${busName} refused ${left.length} events: ${reasons.join(', ')}`)
      }
      await clock.sleep(FIRST_PAUSE_MILLISECONDS * 2 ** (tries - 1))
    }
  }

  return {
    async publish(events) {
      for (const batch of batches(events)) await publishAll(batch)
    },
  }
}

/** Cuts a list into parts that one call takes, in order. */
function batches(events: readonly EventRecord[]): readonly (readonly EventRecord[])[] {
  const made: EventRecord[][] = []
  let bytes = 0
  for (const event of events) {
    const size = ENTRY_OVERHEAD_BYTES + Buffer.byteLength(JSON.stringify(event))
    const last = made.at(-1)
    if (last !== undefined && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      last.push(event)
      bytes += size
    } else {
      made.push([event])
      bytes = size
    }
  }
  return made
}
