import type { Command } from 'commander'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { openSession, type Session } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface RestartOptions extends WaitOptions {
  readonly broker?: number
}

/** `weir clusters restart`. */
export function addRestartClusterCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('restart')
    .description(
      'Restarts Kafka on all nodes of a cluster, one after the other, each only while its replicas and the quorum can do without it.',
    )
    .argument('<cluster>', 'name or id')
    .option('--broker <node>', 'only this broker or controller, by its node id', wholeNumber)
  withWaitOptions(command).action(async (nameOrId: string, options: RestartOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const operation = await requestRestart(session, await clusterIdOf(session.client, nameOrId), options.broker)
    if (options.wait !== true) return printAccepted(session, operation)
    for (const warning of operation.warnings) session.output.say(`Note: ${warning}`)
    await watchToEnd(session, operation, options.timeout)
    session.output.say(`Restarted: ${options.broker === undefined ? 'all nodes' : `node ${options.broker}`}.`)
  })
}

async function requestRestart({ client }: Session, clusterId: string, nodeId: number | undefined) {
  const { body } =
    nodeId === undefined
      ? await client.call('restartCluster', { params: { clusterId } })
      : await client.call('restartBroker', { params: { clusterId, nodeId: String(nodeId) } })
  return body
}
