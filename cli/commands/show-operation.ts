import type { Command } from 'commander'
import type { Cluster } from '../../shared/contract/cluster.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import type { ApiClient } from '../api-client.ts'
import { ProblemError } from '../cli-error.ts'
import { tookText } from '../duration.ts'
import { type Cell, renderTable } from '../output.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

type Step = Operation['steps'][number]

/** `weir operations show`: the whole story of an operation, of one that has ended too. */
export function addShowOperationCommand(operations: Command, terminal: Terminal): void {
  operations
    .command('show')
    .description(
      'Shows an operation: what it is, each node from before to after, each step, why it failed, what is allowed next.',
    )
    .argument('<operation>', 'id')
    .action(async (operationId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { body } = await client.call('getOperation', { params: { operationId } })
      if (output.format === 'json') return output.item(body, {})
      output.item(body, operationFields(body, await clusterOf(client, body.target.id)))
      const nodes = nodeTable(body)
      if (nodes !== undefined) output.say(`\n${nodes}`)
      if (body.steps.length > 0) output.say(`\n${stepTable(body)}`)
    })
}

/** The cluster as it is now; undefined when it is gone. */
async function clusterOf(client: ApiClient, clusterId: string): Promise<Cluster | undefined> {
  try {
    return (await client.call('getCluster', { params: { clusterId } })).body
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'CLUSTER_NOT_FOUND') return undefined
    throw error
  }
}

function operationFields(operation: Operation, cluster: Cluster | undefined): Readonly<Record<string, Cell>> {
  const { id, error, progress } = operation
  return {
    Id: id,
    Type: operation.type,
    State: operation.state,
    Attempt: operation.attempt,
    Cluster:
      cluster === undefined
        ? `${operation.target.id} (gone)`
        : `${operation.target.id} (${cluster.name}, ${cluster.status}, ${cluster.health})`,
    'Requested by': operation.requestedBy,
    'Request id': operation.requestId,
    Created: operation.createdAt,
    Started: operation.startedAt,
    Finished: operation.finishedAt,
    Took: tookText(operation.createdAt, operation.finishedAt),
    Deadline: operation.deadlineAt,
    Progress: `${progress.brokersDone} of ${progress.brokersTotal} nodes done`,
    Warnings: operation.warnings.join('\n'),
    ...(error && {
      Error: `${error.code}: ${error.title}\n${error.detail}`,
      'Failed step': error.step,
      'Failed node': error.nodeId,
      'Last log lines': error.logLines?.join('\n'),
    }),
    'Allowed next': operation.allowedActions.map((action) => `weir operations ${action} ${id}`).join('\n'),
    ...(cluster && { 'Allowed of the cluster': cluster.allowedActions.join(', ') }),
  }
}

/** Each node from its first step to its last; undefined where no step is about a node. */
function nodeTable({ steps }: Operation): string | undefined {
  const byNode = Map.groupBy(
    steps.filter(({ nodeId }) => nodeId !== undefined),
    ({ nodeId }) => nodeId,
  )
  if (byNode.size === 0) return undefined
  return renderTable(
    ['NODE', 'BEFORE', 'AFTER', 'STEPS', 'TRIES', 'TOOK', 'RESULT'],
    [...byNode]
      .toSorted(([one = 0], [other = 0]) => one - other)
      .map(([nodeId, own]) => [
        nodeId,
        own.find(({ statusBefore }) => statusBefore !== undefined)?.statusBefore,
        own.findLast(({ statusAfter }) => statusAfter !== undefined)?.statusAfter,
        own.length,
        own.reduce((sum, { attempts }) => sum + attempts, 0),
        nodeTookText(own),
        resultText(own),
      ]),
  )
}

function nodeTookText(steps: readonly Step[]): string | undefined {
  const [first] = steps
  const ends = steps.map(({ finishedAt }) => finishedAt)
  if (first === undefined || ends.includes(undefined)) return undefined
  return tookText(first.startedAt, ends.toSorted().at(-1))
}

function resultText(steps: readonly Step[]): string {
  const open = steps.find(({ state }) => state === 'Failed') ?? steps.find(({ state }) => state !== 'Succeeded')
  return open === undefined ? 'done' : `${open.name} ${open.state}`
}

function stepTable({ steps }: Operation): string {
  return renderTable(
    ['STEP', 'NODE', 'STATE', 'TRIES', 'BEFORE', 'AFTER', 'STARTED', 'TOOK', 'CODE', 'REASON'],
    steps.map((step) => [
      step.name,
      step.nodeId,
      step.state,
      step.attempts,
      step.statusBefore,
      step.statusAfter,
      step.startedAt.slice(11, 19),
      tookText(step.startedAt, step.finishedAt),
      step.code,
      step.reason,
    ]),
  )
}
