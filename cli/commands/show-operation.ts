import type { Command } from 'commander'
import type { Cluster } from '../../shared/contract/cluster.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import type { ApiClient } from '../api-client.ts'
import { ProblemError } from '../cli-error.ts'
import { tookText } from '../duration.ts'
import type { Cell } from '../output.ts'
import { progressText } from '../progress/operation-progress.ts'
import { operationStory } from '../progress/operation-story.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

/** `weir operations show`: the whole story of an operation, of one that has ended too. */
export function addShowOperationCommand(operations: Command, terminal: Terminal): void {
  operations
    .command('show')
    .description(
      'Shows an operation: what it is, why it failed, what is allowed next, and what happened, attempt by attempt, node by node, step by step.',
    )
    .argument('<operation>', 'id')
    .action(async (operationId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { body } = await client.call('getOperation', { params: { operationId } })
      if (output.format === 'json') return output.item(body, {})
      output.item(body, operationFields(body, await clusterOf(client, body.target.id)))
      output.say(`\n${operationStory(body, terminal.clock.now())}`)
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
    ...(operation.overtakenBy !== undefined && { 'Overtaken by': operation.overtakenBy }),
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
    Progress: progressText(progress),
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
