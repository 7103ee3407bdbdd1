import type { Command } from 'commander'
import type { Maintenance } from '../../shared/contract/maintenance.ts'
import { allPages } from '../all-pages.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

/** `weir clusters maintenance`, `maintenance-postpone` and `maintenance-start`: what Weir does by itself, and when. */
export function addMaintenanceCommands(clusters: Command, terminal: Terminal): void {
  clusters
    .command('maintenance')
    .description('Shows what Weir is going to do with a cluster by itself, is doing, and has done, newest first.')
    .argument('<cluster>', 'name or id')
    .action(async (nameOrId: string, _options, self: Command) => {
      const { client, output } = await openSession(self, terminal)
      const params = { clusterId: await clusterIdOf(client, nameOrId) }
      const items = await allPages((query) => client.call('listMaintenance', { params, query }))
      output.list(items, {
        ID: ({ id }) => id,
        KIND: ({ kind, urgency }) => `${kind} (${urgency})`,
        STATE: ({ state, held }) => (held ? `${state}, held: ${held.code}` : state),
        WHEN: ({ startedAt, finishedAt, scheduledFor }) => startedAt ?? finishedAt ?? scheduledFor,
        OPERATION: ({ operationId }) => operationId,
        CHANGE: changeText,
        WHY: ({ reason }) => reason,
      })
    })
  clusters
    .command('maintenance-postpone')
    .description('Puts a maintenance off to the next window.')
    .argument('<cluster>', 'name or id')
    .argument('<maintenance>', 'its id, see weir clusters maintenance')
    .option('--until <time>', 'to the first window from this time on (RFC 3339, UTC) instead')
    .action(async (nameOrId: string, maintenanceId: string, { until }: { until?: string }, self: Command) => {
      const { client, output } = await openSession(self, terminal)
      const params = { clusterId: await clusterIdOf(client, nameOrId), maintenanceId }
      const body = until === undefined ? {} : { until }
      const { body: later } = await client.call('postponeMaintenance', { params, body })
      output.item(later, {
        'Scheduled for': later.scheduledFor,
        'Put off': `${later.postponedTimes} of ${later.mostPostponements} times, ${later.latest} at the latest`,
        Change: changeText(later),
      })
    })
  const start = clusters
    .command('maintenance-start')
    .description('Begins a maintenance now, whatever its window.')
    .argument('<cluster>', 'name or id')
    .argument('<maintenance>', 'its id, see weir clusters maintenance')
  withWaitOptions(start).action(
    async (nameOrId: string, maintenanceId: string, options: WaitOptions, self: Command) => {
      const session = await openSession(self, terminal)
      const params = { clusterId: await clusterIdOf(session.client, nameOrId), maintenanceId }
      const { body: operation } = await session.client.call('startMaintenance', { params })
      if (options.wait !== true) return printAccepted(session, operation)
      await watchToEnd(session, operation, options.timeout)
    },
  )
}

const changeText = ({ changes }: Maintenance): string =>
  changes.map(({ pointer, from, to }) => `${pointer}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`).join('\n')
