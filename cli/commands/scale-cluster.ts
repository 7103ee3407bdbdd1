import type { Command } from 'commander'
import { REMOVE_FLAG } from '../change-flags.ts'
import { wholeNumber } from '../cluster-order.ts'
import { findCluster, whileOnlyStatusMoves } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { rebalanceQuery, withRebalanceFlag } from './update-cluster.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface ScaleOptions extends WaitOptions {
  readonly brokers: number
  readonly rebalance: boolean
  readonly remove?: readonly number[]
}

/** `weir clusters scale`. */
export function addScaleCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('scale')
    .description('Gives a cluster with dedicated controllers another number of brokers, while it serves.')
    .argument('<cluster>', 'name or id')
    .requiredOption('--brokers <n>', 'how many there shall be: a multiple of the zones', wholeNumber)
    .option(...REMOVE_FLAG)
  withWaitOptions(withRebalanceFlag(command)).action(async (nameOrId: string, options: ScaleOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const found = await findCluster(session.client, nameOrId)
    const { cluster } = found
    const answer = await whileOnlyStatusMoves(session.client, found, (ifMatch) =>
      session.client.call('patchCluster', {
        params: { clusterId: cluster.id },
        query: rebalanceQuery(options.rebalance),
        body: { brokers: { count: options.brokers, ...(options.remove && { removeNodeIds: [...options.remove] }) } },
        ifMatch,
      }),
    )
    if (answer.status === 200) return session.output.item(answer.body, { Brokers: `${options.brokers} already` })
    if (options.wait !== true) return printAccepted(session, answer.body)
    await watchToEnd(session, answer.body, options.timeout)
    session.output.say(`Scaled: ${cluster.name} has ${options.brokers} brokers.`)
  })
}
