import { z } from 'zod'
import { EVENT_TYPES } from '../../records/event.ts'
import { EventFeed } from '../event.ts'
import { ClusterId, NONE, pageQuery } from '../primitives.ts'
import { defineRoute } from '../route.ts'

export const listEvents = defineRoute({
  name: 'listEvents',
  method: 'get',
  path: '/v1/events',
  tag: 'Events',
  summary: 'Read the events of all clusters from a cursor on',
  description:
    'The repair path for automation that lives on the bus or on webhooks: an event may have been seen before (drop by `id`), but from a cursor on none is missing. Without `after` the feed begins with the oldest event kept: events are kept for 35 days.',
  scope: 'events:read',
  needs: ['store'],
  params: NONE,
  query: z.strictObject({
    after: z.string().optional().meta({ description: 'The `nextCursor` of an earlier answer' }),
    clusterId: ClusterId.optional(),
    type: z.enum(EVENT_TYPES).optional(),
    pageSize: pageQuery.pageSize,
  }),
  answers: { 200: { description: 'The events behind the cursor', body: EventFeed } },
  errors: ['INVALID_PAGE_TOKEN', 'CURSOR_EXPIRED'],
})
