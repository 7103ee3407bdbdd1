import type { Command } from 'commander'
import type { Operation } from '../../shared/contract/operation.ts'
import { allPages } from '../all-pages.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { ageText, durationText } from '../duration.ts'
import { renderTable } from '../output.ts'
import { WATCH_SECONDS } from '../progress/watch-operation.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { watchToEnd } from './wait-options.ts'

interface ListOptions {
  readonly cluster?: string
  readonly state?: Operation['state']
  readonly type?: Operation['type']
  readonly limit: number
}

/** `weir operations …`. */
export function addOperationCommands(program: Command, terminal: Terminal): void {
  const operations = program.command('operations').summary('see and follow what takes time')
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
  operations
    .command('show')
    .description('Shows an operation with its steps, broker by broker.')
    .argument('<operation>', 'id')
    .action(async (operationId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { body } = await client.call('getOperation', { params: { operationId } })
      output.item(body, operationFields(body))
      if (body.steps.length > 0) output.say(`\n${stepTable(body)}`)
    })
  operations
    .command('watch')
    .description(
      'Follows an operation until it has ended: redrawn on a terminal, else one line for every change. Ends with 1 unless it succeeds. With -o json the changes go to standard error and the last state to standard output.',
    )
    .argument('<operation>', 'id')
    .option('--timeout <seconds>', 'stay no longer', wholeNumber, WATCH_SECONDS)
    .action(async (operationId: string, { timeout }: { timeout: number }, command: Command) => {
      const session = await openSession(command, terminal)
      const { body } = await session.client.call('getOperation', { params: { operationId } })
      await watchToEnd(session, body, timeout)
    })
}

function tookText(from: string, until: string | undefined): string | undefined {
  return until === undefined ? undefined : durationText(Date.parse(until) - Date.parse(from))
}

function operationFields(operation: Operation) {
  const { error, progress } = operation
  return {
    Id: operation.id,
    Type: operation.type,
    State: operation.state,
    Cluster: operation.target.id,
    'Requested by': operation.requestedBy,
    Created: operation.createdAt,
    Took: tookText(operation.createdAt, operation.finishedAt),
    Deadline: operation.deadlineAt,
    Progress: `${progress.brokersDone} of ${progress.brokersTotal} nodes done`,
    Warnings: operation.warnings.join('\n'),
    ...(error && {
      Error: `${error.code}: ${error.detail}`,
      'Failed step': error.step,
      'Failed node': error.nodeId,
      'Last log lines': error.logLines?.join('\n'),
    }),
  }
}

function stepTable({ steps }: Operation): string {
  return renderTable(
    ['STEP', 'NODE', 'STATE', 'TRIES', 'BEFORE', 'AFTER', 'TOOK', 'REASON'],
    steps.map((step) => [
      step.name,
      step.nodeId,
      step.state,
      step.attempts,
      step.statusBefore,
      step.statusAfter,
      tookText(step.startedAt, step.finishedAt),
      step.reason,
    ]),
  )
}
