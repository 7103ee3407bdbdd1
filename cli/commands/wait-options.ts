import type { Command } from 'commander'
import type { Operation } from '../../shared/contract/operation.ts'
import type { OperationState } from '../../shared/lifecycle/statuses.ts'
import { wholeNumber } from '../cluster-order.ts'
import { durationText } from '../duration.ts'
import { workStage } from '../progress/show-work.ts'
import { assertBecame, watchOperation } from '../progress/watch-operation.ts'
import type { Session } from '../session.ts'

/** The options of commands that start something that takes longer than a request. */
export interface WaitOptions {
  readonly wait?: boolean
  readonly timeout?: number
}

/** Adds `--wait` and `--timeout`. */
export function withWaitOptions(command: Command): Command {
  return command
    .option('--wait', 'stay and show the progress until it has ended')
    .option(
      '--timeout <seconds>',
      'with --wait: stay no longer (default: until the deadline of the operation)',
      wholeNumber,
    )
}

/** Watches an operation to its end in the way the caller's output asks for; fails unless it becomes what was wanted. */
export async function watchToEnd(
  session: Session,
  operation: Operation,
  timeoutSeconds: number | undefined,
  wanted: OperationState = 'Succeeded',
): Promise<Operation> {
  const { client, terminal, output } = session
  const isTable = output.format === 'table'
  const stage = workStage(terminal, { live: isTable && terminal.redraws, toNotes: !isTable })
  const watched = watchOperation(client, terminal, stage, operation, { timeoutSeconds, until: wanted })
  const ended = await watched.catch((error: unknown) => {
    if (terminal.interrupted.aborted) terminal.note(interruptedText(operation))
    throw error
  })
  if (!isTable) output.item(ended, {})
  assertBecame(ended, wanted)
  return ended
}

/** Ctrl-C ends the watching and nothing else, which not everybody expects. */
function interruptedText({ id, type, allowedActions }: Operation): string {
  return [
    `${type} goes on. Follow it: weir operations watch ${id}`,
    ...(allowedActions.includes('cancel') ? [`  End it: weir operations cancel ${id}`] : []),
  ].join('\n')
}

/** What a command prints that has started an operation and does not wait for it. */
export function printAccepted({ output }: Session, operation: Operation): void {
  const { id, type, target, warnings, plan } = operation
  output.item(operation, {
    Operation: id,
    Type: type,
    Cluster: target.id,
    Phases: plan?.phases.map(phaseText).join('\n'),
    Estimate: plan && `about ${durationText(plan.estimateSeconds * 1000)}`,
    Warnings: warnings.join('\n'),
    'Follow it': `weir operations watch ${id}`,
  })
}

function phaseText({ kind, nodes, restarts }: NonNullable<Operation['plan']>['phases'][number]): string {
  return `${kind}: ${counted(nodes.length, 'node')}, ${counted(restarts, 'restart')}`
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
