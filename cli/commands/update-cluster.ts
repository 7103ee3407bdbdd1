import type { Command } from 'commander'
import { PROTECTION_FLAG, REMOVE_FLAG } from '../change-flags.ts'
import { keyValue, type OrderFlags, orderBody, wholeNumber } from '../cluster-order.ts'
import { findCluster, whileOnlyStatusMoves } from '../cluster-reference.ts'
import { INBOUND_FLAG, inboundRange } from '../inbound-flag.ts'
import { KEEP_DAYS_FLAG } from '../keep-days-flag.ts'
import { withMaintenanceFlags } from '../maintenance-flags.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

/** Whether replicas follow to brokers that join. */
export function withRebalanceFlag(command: Command): Command {
  return command.option('--no-rebalance', 'move no replicas onto brokers that are added')
}

/** The flags of a change: what `plan` shows and `update` does. */
export function withChangeFlags(command: Command): Command {
  return withRebalanceFlag(withMaintenanceFlags(command))
    .argument('<cluster>', 'name or id')
    .option('-f, --file <change.json>', 'the change as a JSON merge patch; "-" reads standard input')
    .option('--volume-gib <n>', 'size of the data volume of each broker', wholeNumber)
    .option('--kafka-version <version>', 'see weir catalog')
    .option('--brokers <n>', 'the number of brokers', wholeNumber)
    .option(...REMOVE_FLAG)
    .option('--config <key=value>', 'a Kafka broker setting; may be repeated', keyValue)
    .option('--label <key=value>', 'may be repeated', keyValue)
    .option(...KEEP_DAYS_FLAG)
    .option('--stop-at <when>', 'when it is stopped by itself, in UTC: "Mon-Fri 20:00"')
    .option('--start-at <when>', 'when it is started again by itself, in UTC: "Mon-Fri 07:00"')
    .option('--no-schedule', 'it is not stopped and started by itself any more')
    .option(...PROTECTION_FLAG)
    .option(INBOUND_FLAG.flags, INBOUND_FLAG.description, inboundRange)
}

/** The flags of a change as they were given. */
export interface ChangeFlags extends OrderFlags {
  readonly rebalance: boolean
}

interface ChangeOptions extends ChangeFlags, WaitOptions {}

/** The same as the API takes it; nothing is said where it is as usual. */
export function rebalanceQuery(rebalance: boolean): { readonly rebalance?: 'false' } {
  return rebalance ? {} : { rebalance: 'false' }
}

/** `weir clusters update`. */
export function addUpdateCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('update')
    .description('Changes what was ordered, several things in one operation; see what it would do: weir clusters plan.')
  withWaitOptions(withChangeFlags(command)).action(
    async (nameOrId: string, { wait, timeout, rebalance, ...flags }: ChangeOptions, self: Command) => {
      const bodyAsWritten = await orderBody(flags, terminal)
      const session = await openSession(self, terminal)
      const found = await findCluster(session.client, nameOrId)
      const params = { clusterId: found.cluster.id }
      const answer = await whileOnlyStatusMoves(session.client, found, (ifMatch) =>
        session.client.call('patchCluster', { params, query: rebalanceQuery(rebalance), ifMatch, bodyAsWritten }),
      )
      if (answer.status === 200)
        return session.output.item(answer.body, {
          Changed:
            answer.body.revision === found.cluster.revision
              ? 'nothing: it is so already'
              : 'at once; nothing is to be waited for',
        })
      if (wait !== true) return printAccepted(session, answer.body)
      await watchToEnd(session, answer.body, timeout)
    },
  )
}
