import type { Command } from 'commander'
import { findCluster, whileOnlyStatusMoves } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { planFields } from './change-cluster.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface UpgradeOptions extends WaitOptions {
  readonly to: string
  readonly plan?: boolean
}

/** `weir clusters upgrade`. */
export function addUpgradeCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('upgrade')
    .description(
      'Brings another release of Kafka to every node, one after the other. An older release is the way back, until the newer one is finalised; the same release once more finishes what was left in the middle.',
    )
    .argument('<cluster>', 'name or id')
    .requiredOption('--to <version>', 'the release; see weir catalog')
    .option('--plan', 'show what it would come to and whether it would be refused; change nothing')
  withWaitOptions(command).action(async (nameOrId: string, options: UpgradeOptions, self: Command) => {
    const bodyAsWritten = { kafkaVersion: options.to }
    const session = await openSession(self, terminal)
    const found = await findCluster(session.client, nameOrId)
    const { cluster } = found
    const params = { clusterId: cluster.id }
    if (options.plan === true) {
      const { body: plan } = await session.client.call('planChange', { params, bodyAsWritten })
      return session.output.item(plan, planFields(plan))
    }
    const answer = await whileOnlyStatusMoves(session.client, found, (ifMatch) =>
      session.client.call('patchCluster', { params, ifMatch, bodyAsWritten }),
    )
    if (answer.status === 200) return session.output.say(`${cluster.name} runs Kafka ${options.to} already.`)
    if (options.wait !== true) return printAccepted(session, answer.body)
    await watchToEnd(session, answer.body, options.timeout)
    session.output.say(`Upgraded: every node of ${cluster.name} runs Kafka ${options.to}.`)
  })
}
