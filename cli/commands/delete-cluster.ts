import type { Command } from 'commander'
import type { Cluster } from '../../shared/contract/cluster.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { type FoundCluster, findCluster, whileOnlyStatusMoves } from '../cluster-reference.ts'
import { daysText } from '../duration.ts'
import { EXIT } from '../exit-codes.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface DeleteOptions extends WaitOptions {
  readonly yes?: boolean
  readonly now?: boolean
}

/** `weir clusters delete`. */
export function addDeleteClusterCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('delete')
    .description(
      'Deletes a cluster with all its data, or keeps it for the days that were ordered. It is accepted in every status, also while another operation runs.',
    )
    .argument('<cluster>', 'name or id')
    .option('-y, --yes', 'do not ask; required where nobody can answer')
    .option('--now', 'keep nothing, whatever was ordered; also of a cluster that is kept already')
  withWaitOptions(command).action(async (nameOrId: string, options: DeleteOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const found = await findCluster(session.client, nameOrId)
    if (options.yes !== true) await confirm(terminal, found.cluster, options.now === true)
    const operation = await requestDelete(session.client, found, options.now === true)
    if (options.wait !== true) return printAccepted(session, operation)
    await watchToEnd(session, operation, options.timeout)
    const { name, id, deletion } = found.cluster
    const isKept = operation.warnings.length > 0 && options.now !== true
    session.output.say(
      `Deleted: ${name} (${id}).${isKept ? ` It can be restored for ${daysText(deletion.keepDays)}: weir clusters restore ${name}` : ''}`,
    )
  })
}

async function confirm(terminal: Terminal, { name, deletion }: Cluster, now: boolean): Promise<void> {
  if (!terminal.interactive) throw new UsageError('Nobody is there to confirm the deletion: say --yes.')
  const what = deletion.keepDays === 0 || now ? 'with all its data' : `and keeps it for ${daysText(deletion.keepDays)}`
  const answer = await terminal.ask(`This deletes cluster "${name}" ${what}. Type its name to go on: `)
  if (answer.trim() !== name) throw new CliError(EXIT.usage, 'Not confirmed; nothing was deleted.')
}

/** Asks for the deletion of what was seen. */
export async function requestDelete(client: ApiClient, found: FoundCluster, now = false): Promise<Operation> {
  const params = { clusterId: found.cluster.id }
  const { body } = await whileOnlyStatusMoves(client, found, (ifMatch) =>
    client.call('deleteCluster', { params, query: { now: now ? 'true' : 'false' }, ifMatch }),
  )
  return body
}
