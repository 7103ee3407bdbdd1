import type { Command } from 'commander'
import type { OperationAction, OperationState } from '../../shared/lifecycle/statuses.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface Control {
  readonly route: 'pauseOperation' | 'resumeOperation' | 'cancelOperation'
  readonly description: string
  /** What `--wait` waits for. */
  readonly wanted: OperationState
}

const CONTROLS: Readonly<Record<OperationAction, Control>> = {
  pause: {
    route: 'pauseOperation',
    description: 'Lets an operation rest at the next border between two brokers. With --wait: stays until it rests.',
    wanted: 'Paused',
  },
  resume: {
    route: 'resumeOperation',
    description:
      'Takes up an operation that rests or has failed, as a new attempt that passes over the brokers that are done.',
    wanted: 'Succeeded',
  },
  cancel: {
    route: 'cancelOperation',
    description:
      'Ends an operation at the next border between two brokers; what is done stays done. With --wait: stays until it has ended.',
    wanted: 'Cancelled',
  },
}

/** `weir operations pause`, `resume` and `cancel`. */
export function addControlCommands(operations: Command, terminal: Terminal): void {
  for (const [action, { route, description, wanted }] of Object.entries(CONTROLS)) {
    const command = operations.command(action).description(description).argument('<operation>', 'id')
    withWaitOptions(command).action(async (operationId: string, options: WaitOptions, self: Command) => {
      const session = await openSession(self, terminal)
      const { body } = await session.client.call(route, { params: { operationId } })
      if (options.wait !== true) return printAccepted(session, body)
      await watchToEnd(session, body, options.timeout, wanted)
    })
  }
}
