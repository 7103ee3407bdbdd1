import { z } from 'zod'
import { EVENT_TYPES } from '../records/event.ts'
import { MAY_GROW } from './primitives.ts'

/** An event in CloudEvents 1.0 JSON form: the same on the bus, in webhooks and in the feed. */
export const Event = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.enum(EVENT_TYPES).meta({ description: MAY_GROW }),
    subject: z.string(),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    tenantid: z.string(),
    sequence: z
      .string()
      .meta({ description: 'Gapless per cluster, twelve digits: drop what is not above the last seen' }),
    partitionkey: z.string(),
    data: z.looseObject({ clusterId: z.string() }),
  })
  .meta({ id: 'Event' })
export type Event = z.output<typeof Event>

/** What follows a cursor. */
export const EventFeed = z
  .object({
    items: z.array(Event),
    nextCursor: z.string().meta({ description: 'Pass it as `after` to go on; also there when `items` is empty' }),
  })
  .meta({ id: 'EventFeed' })
