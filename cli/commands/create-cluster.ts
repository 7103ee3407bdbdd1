import { type Command, Option } from 'commander'
import { commaList, keyValue, type OrderFlags, orderBody, orderedTopic, wholeNumber } from '../cluster-order.ts'
import { INBOUND_FLAG, inboundRange } from '../inbound-flag.ts'
import { KEEP_DAYS_FLAG } from '../keep-days-flag.ts'
import { withMaintenanceFlags } from '../maintenance-flags.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { printAccepted, type WaitOptions, watchToEnd, withWaitOptions } from './wait-options.ts'

interface CreateOptions extends OrderFlags, WaitOptions {
  readonly validateOnly?: boolean
  readonly idempotencyKey?: string
}

const EXAMPLES = `
Examples:
  weir clusters create --name orders --topology combined --volume-gib 100 --inbound 10.0.0.0/16 --wait
  weir clusters create --name clicks --topology dedicated --brokers 6 --volume-gib 500 \\
      --config log.retention.hours=72 --label team=web --topic clicks:12
  weir clusters create -f order.json --validate-only

The file holds the body of POST /v1/clusters; flags go over what it says.`

/** `weir clusters create`. */
export function addCreateClusterCommand(clusters: Command, terminal: Terminal): void {
  const command = clusters
    .command('create')
    .description('Orders a cluster.')
    .option('-f, --file <order.json>', 'the order as JSON; "-" reads standard input')
    .option('--name <name>', 'unique within the tenant')
    .option('--topology <topology>', 'combined (three hosts, each broker and controller) or dedicated')
    .option('--kafka-version <version>', 'see weir catalog (default: the recommended one)')
    .option('--brokers <n>', 'combined: always 3; dedicated: a multiple of the number of zones', wholeNumber)
    .option('--instance-type <type>', 'see weir catalog')
    .option('--volume-gib <n>', 'size of the data volume of each broker', wholeNumber)
    .option('--zones <a,b,c>', 'availability zones (default: all three)', commaList)
    .option('--config <key=value>', 'a Kafka broker setting; may be repeated', keyValue)
    .option('--label <key=value>', 'may be repeated', keyValue)
    .option('--topic <name[:partitions]>', 'a topic to begin with; may be repeated', orderedTopic)
    .option(INBOUND_FLAG.flags, INBOUND_FLAG.description, inboundRange)
    .option('--deletion-protection', 'refuse to delete the cluster')
    .option(...KEEP_DAYS_FLAG)
    .option('--stop-at <when>', 'when it is stopped by itself, in UTC: "Mon-Fri 20:00"')
    .option('--start-at <when>', 'when it is started again by itself, in UTC: "Mon-Fri 07:00"')
    .option('--validate-only', 'check the order in full and write nothing')
    .addOption(new Option('--idempotency-key <key>', 'makes a repeat of this very order find the first one'))
    .addHelpText('after', EXAMPLES)
  withWaitOptions(withMaintenanceFlags(command)).action(async (options: CreateOptions, self: Command) => {
    const bodyAsWritten = await orderBody(options, terminal)
    const session = await openSession(self, terminal)
    const answer = await session.client.call('createCluster', {
      bodyAsWritten,
      query: { validateOnly: options.validateOnly === true ? 'true' : 'false' },
      ...(options.idempotencyKey !== undefined && { idempotencyKey: options.idempotencyKey }),
    })
    if (answer.status === 200) {
      const { spec, nodes, warnings } = answer.body
      return session.output.item(answer.body, {
        Valid: `${spec.name}: Kafka ${spec.kafkaVersion}, ${spec.topology}`,
        Nodes: nodes.map(({ nodeId, roles, zone }) => `${nodeId} in ${zone}: ${roles.join(', ')}`).join('\n'),
        Warnings: warnings.map(({ detail }) => detail).join('\n'),
      })
    }
    if (options.wait !== true) return printAccepted(session, answer.body)
    const { warnings, target } = await watchToEnd(session, answer.body, options.timeout)
    for (const warning of warnings) session.output.say(`Note: ${warning}`)
    session.output.say(`Ready. Connect: weir clusters connect ${target.id}`)
  })
}
