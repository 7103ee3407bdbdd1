import type { Command } from 'commander'
import { UsageError } from '../cli-error.ts'
import { findCluster, whileOnlyStatusMoves } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface ConfigureOptions extends WaitOptions {
  readonly set: readonly string[]
  readonly unset: readonly string[]
}

const collect = (value: string, before: readonly string[]) => [...before, value]

/** `weir clusters configure`. */
export function addConfigureClusterCommand(clusters: Command, terminal: Terminal): void {
  const configure = clusters
    .command('configure')
    .description('Changes the Kafka configuration; brokers are restarted only for keys that Kafka reads at its start.')
    .argument('<cluster>', 'name or id')
    .option('--set <key=value>', 'give a key a value; repeatable', collect, [])
    .option('--unset <key>', 'give a key its default again; repeatable', collect, [])
  withWaitOptions(configure).action(async (nameOrId: string, options: ConfigureOptions, self: Command) => {
    const config = configPatch(options)
    const session = await openSession(self, terminal)
    const found = await findCluster(session.client, nameOrId)
    const params = { clusterId: found.cluster.id }
    const answer = await whileOnlyStatusMoves(session.client, found, (ifMatch) =>
      session.client.call('patchCluster', { params, ifMatch, body: { config } }),
    )
    if (answer.status === 200) return session.output.say('Nothing to change.')
    if (options.wait !== true) return printAccepted(session, answer.body)
    await watchToEnd(session, answer.body, options.timeout)
  })
}

function configPatch({ set, unset }: ConfigureOptions): Readonly<Record<string, string | null>> {
  const entries = set.map((pair): readonly [string, string] => {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`--set takes key=value, not "${pair}".`)
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
  if (entries.length + unset.length === 0) throw new UsageError('Say what shall change: --set or --unset.')
  return Object.fromEntries([...unset.map((key): readonly [string, null] => [key, null]), ...entries])
}
