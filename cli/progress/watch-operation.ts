import type { Operation } from '../../shared/contract/operation.ts'
import type { OperationState } from '../../shared/lifecycle/statuses.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { followOperation } from './follow-operation.ts'
import { progressLines } from './operation-progress.ts'
import type { WorkStage } from './show-work.ts'

/** How an operation is watched. */
export interface WatchOptions {
  /** Else until shortly after the deadline of the operation. */
  readonly timeoutSeconds?: number | undefined
  /** What it was asked to become; else it is watched until it has ended. */
  readonly until?: OperationState
}

/** Shows an operation until it has ended and gives its last state; the caller decides what that means. */
export async function watchOperation(
  client: ApiClient,
  terminal: Terminal,
  stage: WorkStage,
  operation: Operation,
  { timeoutSeconds, until = 'Succeeded' }: WatchOptions = {},
): Promise<Operation> {
  const { id, type, target } = operation
  return stage(`${type} of ${target.id} (${id})`, async (display) => {
    let last = operation
    const follow = followOperation(client, id, {
      clock: terminal.clock,
      signal: terminal.interrupted,
      timeoutSeconds,
      until,
      onTrouble: (error) => display.lines([{ key: 'trouble', text: `${error.message} Trying again.` }]),
    })
    for await (const snapshot of follow) {
      last = snapshot.operation
      display.lines(progressLines(snapshot, terminal.clock.now()))
    }
    return last
  })
}

/** Ends the command unless the operation has become what was asked for, with all that the operation says about why. */
export function assertBecame(operation: Operation, wanted: OperationState = 'Succeeded'): void {
  if (operation.state === wanted) return
  const { error } = operation
  if (error === undefined) {
    const tooLate =
      operation.state === 'Succeeded' ? `: there was no border left at which it could become ${wanted}` : ''
    throw new CliError(EXIT.operationFailed, `${operation.type} ended ${operation.state}${tooLate}.`)
  }
  const where = [
    ...(error.step === undefined ? [] : [`step ${error.step}`]),
    ...(error.nodeId === undefined ? [] : [`node ${error.nodeId}`]),
  ].join(', ')
  throw new CliError(
    EXIT.operationFailed,
    `${operation.type} ended ${operation.state}: ${error.title}. ${error.detail}`,
    [
      ...(where === '' ? [] : [`Where: ${where}`]),
      ...(error.logLines === undefined
        ? []
        : ["Kafka's last log lines there:", ...error.logLines.map((line) => `  ${line}`)]),
      ...operation.allowedActions.map((action) => `Allowed next: weir operations ${action} ${operation.id}`),
      `What is allowed of the cluster: weir clusters get ${operation.target.id}`,
    ],
  )
}
