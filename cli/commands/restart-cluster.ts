import { type Command, Option } from 'commander'
import { RESTART_MODES, type RestartMode } from '../../shared/contract/restart.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { openSession, type Session } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { planFields } from './change-cluster.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface RestartOptions extends WaitOptions {
  readonly broker?: number
  readonly mode: RestartMode
  readonly validateOnly?: boolean
}

/** `weir clusters restart`. */
export function addRestartClusterCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('restart')
    .description(
      'Restarts Kafka, or the machine, of all nodes of a cluster, one after the other, each only while its replicas and the quorum can do without it.',
    )
    .argument('<cluster>', 'name or id')
    .option('--broker <node>', 'only this broker or controller, by its node id', wholeNumber)
    .addOption(
      new Option('--mode <mode>', 'process restarts Kafka; host reboots the machine after an orderly stop of Kafka')
        .choices(RESTART_MODES)
        .default('process'),
    )
    .option('--validate-only', 'show the plan with its warnings, and write nothing')
  withWaitOptions(command).action(async (nameOrId: string, options: RestartOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const answer = await requestRestart(session, await clusterIdOf(session.client, nameOrId), options)
    if (answer.status === 200) return session.output.item(answer.body, planFields(answer.body))
    const operation = answer.body
    if (options.wait !== true) return printAccepted(session, operation)
    for (const warning of operation.warnings) session.output.say(`Note: ${warning}`)
    await watchToEnd(session, operation, options.timeout)
    const done = options.mode === 'host' ? 'Rebooted' : 'Restarted'
    session.output.say(`${done}: ${options.broker === undefined ? 'all nodes' : `node ${options.broker}`}.`)
  })
}

async function requestRestart({ client }: Session, clusterId: string, options: RestartOptions) {
  const { broker: nodeId, mode } = options
  const query = { validateOnly: options.validateOnly === true ? 'true' : 'false' } as const
  const body = { mode }
  return nodeId === undefined
    ? client.call('restartCluster', { params: { clusterId }, query, body })
    : client.call('restartBroker', { params: { clusterId, nodeId: String(nodeId) }, query, body })
}
