import type { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { ageText } from '../duration.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { addRepairBrokerCommand } from './repair-broker.ts'

/** `weir brokers …`. */
export function addBrokerCommands(program: Command, terminal: Terminal): void {
  const brokers = program.command('brokers').summary('see and repair the brokers and controllers of a cluster')
  addRepairBrokerCommand(brokers, terminal)
  brokers
    .command('list')
    .description('Lists the brokers and controllers of a cluster.')
    .argument('<cluster>', 'name or id')
    .action(async (nameOrId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const clusterId = await clusterIdOf(client, nameOrId)
      const items = await allPages((page) => client.call('listBrokers', { params: { clusterId }, query: page }))
      const now = terminal.clock.now()
      output.list(items, {
        NODE: ({ nodeId }) => nodeId,
        ROLES: ({ roles }) => roles.join(','),
        ZONE: ({ zone }) => zone,
        STATUS: ({ status }) => status,
        HEALTH: ({ health }) => health,
        KAFKA: ({ kafkaVersion }) => kafkaVersion,
        ENDPOINT: ({ endpoint }) => endpoint,
        VOLUME: ({ volumeGiB }) => `${volumeGiB} GiB`,
        CONFIG: ({ configRevision, runningConfigRevision }) =>
          runningConfigRevision === configRevision
            ? configRevision
            : `${runningConfigRevision} (ordered: ${configRevision})`,
        ACTIVE: ({ activeSince }) => ageText(activeSince, now),
        REASON: ({ statusReason }) => statusReason,
      })
    })
}
