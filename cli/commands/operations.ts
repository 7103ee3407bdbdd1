import type { Command } from 'commander'
import type { Operation } from '../../shared/contract/operation.ts'
import { allPages } from '../all-pages.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { ageText, tookText } from '../duration.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { addControlCommands } from './control-operation.ts'
import { addShowOperationCommand } from './show-operation.ts'
import { type WaitOptions, watchToEnd } from './wait-options.ts'

interface ListOptions {
  readonly cluster?: string
  readonly state?: Operation['state']
  readonly type?: Operation['type']
  readonly limit: number
}

/** `weir operations …`. */
export function addOperationCommands(program: Command, terminal: Terminal): void {
  const operations = program.command('operations').summary('see, follow, pause, resume and cancel what takes time')
  operations
    .command('list')
    .description('Lists operations, newest first.')
    .option('--cluster <cluster>', 'only of this cluster (name, or id: also of one that is gone)')
    .option('--state <state>', 'only in this state')
    .option('--type <type>', 'only of this kind')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .action(async ({ cluster, limit, ...filters }: ListOptions, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const clusterId = cluster === undefined ? undefined : await clusterIdOf(client, cluster)
      const query = { ...filters, ...(clusterId !== undefined && { clusterId }) }
      const items = await allPages((page) => client.call('listOperations', { query: { ...query, ...page } }), limit)
      const now = terminal.clock.now()
      output.list(items, {
        ID: ({ id }) => id,
        TYPE: ({ type }) => type,
        STATE: ({ state }) => state,
        CLUSTER: ({ target }) => target.id,
        BY: ({ requestedBy }) => requestedBy,
        AGE: ({ createdAt }) => ageText(createdAt, now),
        TOOK: (operation) => tookText(operation.createdAt, operation.finishedAt),
        ERROR: ({ error }) => error?.code,
      })
    })
  addShowOperationCommand(operations, terminal)
  operations
    .command('watch')
    .description(
      'Follows an operation until it has ended, also while it rests: redrawn on a terminal, else one line for every change. Ends with 1 unless it succeeds. With -o json the changes go to standard error and the last state to standard output.',
    )
    .argument('<operation>', 'id')
    .option('--timeout <seconds>', 'stay no longer (default: until the deadline of the operation)', wholeNumber)
    .action(async (operationId: string, { timeout }: WaitOptions, command: Command) => {
      const session = await openSession(command, terminal)
      const { body } = await session.client.call('getOperation', { params: { operationId } })
      await watchToEnd(session, body, timeout)
    })
  addControlCommands(operations, terminal)
}
