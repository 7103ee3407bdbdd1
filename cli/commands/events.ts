import type { Command } from 'commander'
import type { Event } from '../../shared/contract/event.ts'
import type { ApiClient } from '../api-client.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

interface TailOptions {
  readonly cluster?: string
  readonly type?: Event['type']
  readonly after?: string
  readonly lines: number
  readonly follow: boolean
}

/** The feed is read again after this long without news. */
const PAUSE_MILLISECONDS = 1000
const PAGE_SIZE = '200'

/** `weir events …`. */
export function addEventCommands(program: Command, terminal: Terminal): void {
  const events = program.command('events').summary('read the event feed')
  events
    .command('tail')
    .description(
      'Prints the newest events and then each new one until Ctrl-C. With -o json every line is one event as CloudEvents JSON. The cursor behind the last event goes to standard error at the end; --after takes it up again without a gap.',
    )
    .option('--cluster <cluster>', 'only of this cluster (name, or id: also of one that is gone)')
    .option('--type <type>', 'only of this type')
    .option('--after <cursor>', 'everything behind this cursor, instead of the newest')
    .option('-n, --lines <n>', 'how many of the events that are there to begin with', wholeNumber, 10)
    .option('--no-follow', 'end after the events that are there')
    .action(async (options: TailOptions, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const clusterId = options.cluster === undefined ? undefined : await clusterIdOf(client, options.cluster)
      const filters = { ...(clusterId !== undefined && { clusterId }), ...(options.type && { type: options.type }) }
      const print = (event: Event) => terminal.out(output.format === 'json' ? JSON.stringify(event) : eventLine(event))
      const present = await readToEnd(client, filters, options.after)
      const skipped = options.after === undefined ? Math.max(0, present.events.length - options.lines) : 0
      present.events.slice(skipped).forEach(print)
      let { cursor } = present
      try {
        while (options.follow) {
          await terminal.clock.sleep(PAUSE_MILLISECONDS, terminal.interrupted)
          const news = await readToEnd(client, filters, cursor)
          news.events.forEach(print)
          cursor = news.cursor
        }
      } finally {
        if (cursor !== undefined) terminal.note(`Go on with: --after ${cursor}`)
      }
    })
}

/** Everything behind a cursor, and the cursor behind that. */
async function readToEnd(
  client: ApiClient,
  filters: { readonly clusterId?: string; readonly type?: Event['type'] },
  after: string | undefined,
): Promise<{ readonly events: readonly Event[]; readonly cursor: string | undefined }> {
  const events: Event[] = []
  for (let cursor = after; ; ) {
    const query = { ...filters, pageSize: PAGE_SIZE, ...(cursor !== undefined && { after: cursor }) }
    const { body } = await client.call('listEvents', { query })
    events.push(...body.items)
    const isEnd = body.nextCursor === cursor
    cursor = body.nextCursor
    if (isEnd) return { events, cursor }
  }
}

function eventLine({ time, type, subject, sequence, data }: Event): string {
  const { clusterId, ...rest } = data
  const details = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [time, clusterId, `#${Number(sequence)}`, type, subject, ...details].join('  ')
}
