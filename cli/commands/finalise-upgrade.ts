import type { Command } from 'commander'
import { findCluster } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { planFields } from './change-cluster.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface FinaliseOptions extends WaitOptions {
  readonly plan?: boolean
}

/** `weir clusters finalise-upgrade`. */
export function addFinaliseUpgradeCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('finalise-upgrade')
    .description(
      'Turns on what a newer release of Kafka brings, after every node runs it. No broker is touched, and there is no way back to the older release.',
    )
    .argument('<cluster>', 'name or id')
    .option('--plan', 'show what changes and whether it would be refused; change nothing')
  withWaitOptions(command).action(async (nameOrId: string, options: FinaliseOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const { cluster } = await findCluster(session.client, nameOrId)
    const answer = await session.client.call('finaliseUpgrade', {
      params: { clusterId: cluster.id },
      query: { validateOnly: options.plan === true ? 'true' : 'false' },
    })
    if (answer.status === 200 && (options.plan === true || answer.body.operation !== undefined))
      return session.output.item(answer.body, planFields(answer.body))
    const release = cluster.kafkaVersion
    if (answer.status === 200) {
      if (session.output.format === 'json') return session.output.item(answer.body, {})
      return session.output.say(`${cluster.name} has the feature levels of Kafka ${release} already.`)
    }
    if (options.wait !== true) return printAccepted(session, answer.body)
    for (const warning of answer.body.warnings) session.output.say(`Note: ${warning}`)
    await watchToEnd(session, answer.body, options.timeout)
    session.output.say(`Finalised: ${cluster.name} has the feature levels of Kafka ${release}.`)
  })
}
