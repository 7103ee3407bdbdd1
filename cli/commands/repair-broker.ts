import type { Command } from 'commander'
import { CliError, UsageError } from '../cli-error.ts'
import { wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { EXIT } from '../exit-codes.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface RepairOptions extends WaitOptions {
  readonly replaceVolume?: boolean
  readonly acceptDataLoss?: boolean
  readonly yes?: boolean
}

/** `weir brokers repair`. */
export function addRepairBrokerCommand(brokers: Command, terminal: Terminal): void {
  const command = brokers
    .command('repair')
    .description(
      'Brings a broker back that does not serve, with its volume, or with an empty one where that is lost. When none of the cluster serves, all of them.',
    )
    .argument('<cluster>', 'name or id')
    .argument('<node>', 'node id of the broker or controller', wholeNumber)
    .option('--replace-volume', 'give it an empty volume although it has one: what is on that is of no use')
    .option('--accept-data-loss', 'give up records that no other replica holds, should its volume be lost')
    .option('-y, --yes', 'do not ask about data; required where nobody can answer')
  withWaitOptions(command).action(async (nameOrId: string, node: number, options: RepairOptions, self: Command) => {
    const session = await openSession(self, terminal)
    const clusterId = await clusterIdOf(session.client, nameOrId)
    if (options.yes !== true) await confirm(terminal, nameOrId, node, options)
    const { body: operation } = await session.client.call('repairBroker', {
      params: { clusterId, nodeId: String(node) },
      body: {
        replaceVolume: options.replaceVolume ?? false,
        acceptDataLoss: options.acceptDataLoss ?? false,
      },
    })
    if (options.wait !== true) return printAccepted(session, operation)
    for (const warning of operation.warnings) session.output.say(`Note: ${warning}`)
    await watchToEnd(session, operation, options.timeout)
    session.output.say(`Repaired: node ${node}.`)
  })
}

/** Data that are given up do not come back: only then is there a question. */
async function confirm(terminal: Terminal, cluster: string, node: number, options: RepairOptions): Promise<void> {
  const { replaceVolume, acceptDataLoss } = options
  if (!replaceVolume && !acceptDataLoss) return
  if (!terminal.interactive) throw new UsageError('Nobody is there to confirm that data may be lost: say --yes.')
  const what = [
    ...(replaceVolume ? ['removes what is on its volume'] : []),
    ...(acceptDataLoss ? ['gives up records that no other replica holds'] : []),
  ].join(' and ')
  const answer = await terminal.ask(`The repair of node ${node} ${what}. Type the name "${cluster}" to go on: `)
  if (answer.trim() !== cluster) throw new CliError(EXIT.usage, 'Not confirmed; nothing was changed.')
}
