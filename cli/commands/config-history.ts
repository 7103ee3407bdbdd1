import type { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { ageText } from '../duration.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

/** `weir clusters config-history` and `weir clusters restore-config`: what was ordered before, and the way back to it. */
export function addConfigHistoryCommands(clusters: Command, terminal: Terminal): void {
  clusters
    .command('config-history')
    .description('Shows every Kafka configuration that was ordered, newest first, with what it changed.')
    .argument('<cluster>', 'name or id')
    .action(async (nameOrId: string, _options, self: Command) => {
      const { client, output } = await openSession(self, terminal)
      const params = { clusterId: await clusterIdOf(client, nameOrId) }
      const items = await allPages((query) => client.call('listConfigRevisions', { params, query }))
      const now = terminal.clock.now()
      output.list(items, {
        REVISION: ({ revision, ordered }) => `${revision}${ordered ? ' (ordered)' : ''}`,
        STATE: ({ state }) => state,
        BY: ({ requestedBy }) => requestedBy,
        AGE: ({ createdAt }) => ageText(createdAt, now),
        OPERATION: ({ operationId }) => operationId,
        CHANGES: ({ changes }) =>
          changes.map(({ key, from, to }) => `${key}: ${from ?? 'default'} → ${to ?? 'default'}`).join('\n'),
      })
    })
  const restore = clusters
    .command('restore-config')
    .description('Orders a Kafka configuration of the history anew, as a new revision.')
    .argument('<cluster>', 'name or id')
    .argument('<revision>', 'number of the revision, see config-history', wholeNumber)
  withWaitOptions(restore).action(async (nameOrId: string, revision: number, options: WaitOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const params = { clusterId: await clusterIdOf(session.client, nameOrId), revision: String(revision) }
    const answer = await session.client.call('restoreConfigRevision', { params })
    if (answer.status === 200) return session.output.say('Nothing to change.')
    if (options.wait !== true) return printAccepted(session, answer.body)
    await watchToEnd(session, answer.body, options.timeout)
  })
}
