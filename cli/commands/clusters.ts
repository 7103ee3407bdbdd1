import type { Command } from 'commander'
import type { Cluster } from '../../shared/contract/cluster.ts'
import { allPages } from '../all-pages.ts'
import { wholeNumber } from '../cluster-order.ts'
import { findCluster } from '../cluster-reference.ts'
import { ageText, daysText } from '../duration.ts'
import { autoscalingText, windowText } from '../maintenance-flags.ts'
import type { Cell } from '../output.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'
import { addExtendCommand, addPlanCommand } from './change-cluster.ts'
import { addConfigHistoryCommands } from './config-history.ts'
import { addConfigureClusterCommand } from './configure-cluster.ts'
import { addConnectCommand } from './connect.ts'
import { addCreateClusterCommand } from './create-cluster.ts'
import { addDeleteClusterCommand } from './delete-cluster.ts'
import { addFinaliseUpgradeCommand } from './finalise-upgrade.ts'
import { addMaintenanceCommands } from './maintenance.ts'
import { addPowerCommands } from './power.ts'
import { addRebalanceCommand } from './rebalance-cluster.ts'
import { addRestartClusterCommand } from './restart-cluster.ts'
import { addScaleCommand } from './scale-cluster.ts'
import { addUpdateCommand } from './update-cluster.ts'
import { addUpgradeCommand } from './upgrade-cluster.ts'

interface ListOptions {
  readonly status?: Cluster['status']
  readonly health?: Cluster['health']
  readonly label?: string
  readonly limit?: number
  readonly deleted?: boolean
}

/** `weir clusters …`. */
export function addClusterCommands(program: Command, terminal: Terminal): void {
  const clusters = program.command('clusters').summary('order, see, change, use and delete clusters')
  addCreateClusterCommand(clusters, terminal)
  clusters
    .command('list')
    .description('Lists the clusters of the tenant, oldest first.')
    .option('--status <status>', 'only clusters in this status')
    .option('--health <health>', 'only clusters of this health')
    .option('--label <key=value>', 'only clusters that carry this label')
    .option('--deleted', 'only clusters that were deleted and can be restored')
    .option('--limit <n>', 'at most so many', wholeNumber)
    .action(async ({ limit, deleted, ...given }: ListOptions, command: Command) => {
      const filters = deleted === true ? { ...given, status: 'Deleted' as const } : given
      const { client, output } = await openSession(command, terminal)
      const items = await allPages((page) => client.call('listClusters', { query: { ...filters, ...page } }), limit)
      const now = terminal.clock.now()
      output.list(items, {
        NAME: ({ name }) => name,
        ID: ({ id }) => id,
        STATUS: ({ status }) => status,
        HEALTH: ({ health }) => health,
        KAFKA: ({ kafkaVersion }) => kafkaVersion,
        TOPOLOGY: ({ topology }) => topology,
        BROKERS: ({ brokers }) => brokers.count,
        AGE: ({ createdAt }) => ageText(createdAt, now),
        ...(deleted === true && { 'RESTORABLE UNTIL': ({ restorableUntil }: Cluster) => restorableUntil }),
      })
    })
  clusters
    .command('get')
    .description('Shows a cluster: what was ordered, what it is now, and what may be asked of it.')
    .argument('<cluster>', 'name or id')
    .action(async (nameOrId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { cluster } = await findCluster(client, nameOrId)
      output.item(cluster, clusterFields(cluster, terminal.clock.now()))
    })
  addPlanCommand(clusters, terminal)
  addUpdateCommand(clusters, terminal)
  addUpgradeCommand(clusters, terminal)
  addFinaliseUpgradeCommand(clusters, terminal)
  addExtendCommand(clusters, terminal)
  addScaleCommand(clusters, terminal)
  addRestartClusterCommand(clusters, terminal)
  addPowerCommands(clusters, terminal)
  addRebalanceCommand(clusters, terminal)
  addDeleteClusterCommand(clusters, terminal)
  addConfigureClusterCommand(clusters, terminal)
  addConfigHistoryCommands(clusters, terminal)
  addMaintenanceCommands(clusters, terminal)
  addConnectCommand(clusters, terminal)
}

function clusterFields(cluster: Cluster, now: number): Readonly<Record<string, Cell>> {
  const { brokers, config, labels, connection } = cluster
  const pairs = (record: Readonly<Record<string, string>>) =>
    Object.entries(record)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')
  return {
    Name: cluster.name,
    Id: cluster.id,
    Status: cluster.status,
    Health: cluster.health,
    'Allowed actions': cluster.allowedActions.join(', '),
    'Active operation': cluster.activeOperationId,
    Kafka: kafkaText(cluster),
    'Supported until': cluster.support.until,
    'Feature levels': Object.entries(cluster.featureLevels)
      .map(([feature, level]) => `${feature} ${level}`)
      .join(', '),
    Topology: cluster.topology,
    Brokers: `${brokers.count} × ${brokers.instanceType}, ${brokers.volumeGiB} GiB each`,
    Zones: cluster.availabilityZones.join(', '),
    Access: cluster.network.access,
    'Clients from': cluster.network.securityGroups
      .flatMap(({ name, inboundRules }) => inboundRules.map(({ cidr }) => `${cidr} (${name})`))
      .join('\n'),
    Config: pairs(config),
    Labels: pairs(labels),
    'Restorable until': cluster.restorableUntil,
    'Deleted clusters are kept': cluster.deletion.keepDays === 0 ? 'no' : daysText(cluster.deletion.keepDays),
    'Deletion protection': cluster.deletionProtection ? 'on' : 'off',
    Schedule: cluster.schedule && `stopped ${cluster.schedule.stop} UTC, started ${cluster.schedule.start} UTC`,
    'Disk autoscaling': autoscalingText(cluster.diskAutoscaling),
    'Maintenance window': windowText(cluster.maintenanceWindow),
    Maintenance: cluster.maintenance
      .map(({ kind, state, scheduledFor }) => `${kind}: ${state}, ${scheduledFor}`)
      .join('\n'),
    'Bootstrap servers': connection?.bootstrapServers.join('\n'),
    'Public bootstrap servers': connection?.publicBootstrapServers?.join('\n'),
    Security: connection && `${connection.securityProtocol}, ${connection.saslMechanism}`,
    Warnings: cluster.warnings.map(({ detail }) => detail).join('\n'),
    Drift: cluster.drift.map(({ detail, since }) => `${detail} (since ${since})`).join('\n'),
    Age: ageText(cluster.createdAt, now),
  }
}

/** The release, and in the middle of an upgrade which nodes run which. */
function kafkaText({ kafkaVersion, runningKafkaVersions: running = [] }: Cluster): string {
  if (running.every(({ version }) => version === kafkaVersion)) return kafkaVersion
  const nodes = running.map(({ version, nodes: ids }) => `${version} on ${ids.join(', ')}`)
  return `${kafkaVersion} ordered; ${nodes.join('; ')}`
}
