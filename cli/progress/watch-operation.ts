import type { Operation } from '../../shared/contract/operation.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { followOperation } from './follow-operation.ts'
import { progressLines } from './operation-progress.ts'
import type { WorkStage } from './show-work.ts'

/** How long a watch lasts where nobody says otherwise: longer than the longest deadline of an operation. */
export const WATCH_SECONDS = 3600

/** Shows an operation until it has ended and gives its last state; the caller decides what that means. */
export async function watchOperation(
  client: ApiClient,
  terminal: Terminal,
  stage: WorkStage,
  operation: Operation,
  timeoutSeconds = WATCH_SECONDS,
): Promise<Operation> {
  const { id, type, target } = operation
  return stage(`${type} of ${target.id} (${id})`, async (display) => {
    let last = operation
    const follow = followOperation(client, id, {
      clock: terminal.clock,
      signal: terminal.interrupted,
      timeoutSeconds,
      onTrouble: (error) => display.lines([{ key: 'trouble', text: `${error.message} Trying again.` }]),
    })
    for await (const snapshot of follow) {
      last = snapshot.operation
      display.lines(progressLines(snapshot, terminal.clock.now()))
    }
    return last
  })
}

/** Ends the command unless the operation has succeeded, with all that the operation says about why. */
export function assertSucceeded(operation: Operation): void {
  if (operation.state === 'Succeeded') return
  const { error } = operation
  if (error === undefined) throw new CliError(EXIT.operationFailed, `${operation.type} ended ${operation.state}.`)
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
      `What is allowed next: weir clusters get ${operation.target.id}`,
    ],
  )
}
