import fc from 'fast-check'
import { KAFKA_VERSION_NAMES, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import type { RouteName, Routes } from '../../shared/contract/routes.ts'
import type { OfferedOperation } from '../../shared/lifecycle/lifecycle.ts'
import type { OperationAction } from '../../shared/lifecycle/statuses.ts'
import type { PowerSchedule } from '../../shared/schedule/due.ts'
import { DEADLY_CONFIG, REFUSED_CONFIG } from './models/kafka-process.ts'

/** What says nothing more than which cluster it is about. */
const PLAIN = [
  'delete',
  'restart',
  'rebootHosts',
  'extend',
  'rollBack',
  'stop',
  'start',
  'restore',
  'purge',
  'rebalance',
  'expand',
  'shrink',
  'finalise',
  'unschedule',
  'makeTopic',
  'maintain',
  'postpone',
] as const

/** Something that a tenant asks for; `index` chooses among what there is at that moment. */
export type Request =
  | { readonly does: 'order'; readonly tenant: string; readonly name: string; readonly brokers: number }
  | { readonly does: (typeof PLAIN)[number]; readonly index: number }
  | { readonly does: 'configure' | 'extendAndConfigure'; readonly index: number; readonly config: Settings }
  | { readonly does: 'upgrade'; readonly index: number; readonly kafkaVersion: KafkaVersion }
  | { readonly does: 'restartOne' | 'repair'; readonly index: number; readonly node: number }
  | { readonly does: 'letIn'; readonly index: number; readonly inbound: readonly string[]; readonly larger: boolean }
  | { readonly does: 'autoscale'; readonly index: number; readonly limitGiB: number }
  | { readonly does: 'schedule'; readonly index: number; readonly schedule: PowerSchedule }
  | { readonly does: 'control'; readonly index: number; readonly action: OperationAction }

type Asks = readonly [Request['does'], ...Request['does'][]]

/** How walks begin each kind of operation: an offered one that none of them begins does not compile. */
export const BEGUN_BY = {
  createCluster: ['order'],
  deleteCluster: ['delete', 'purge'],
  rebootBrokers: ['restart', 'restartOne', 'rebootHosts'],
  expandBrokers: ['expand'],
  extendVolumes: ['extend', 'autoscale', 'maintain'],
  updateConfig: ['configure', 'rollBack'],
  updateNetwork: ['letIn'],
  updateCluster: ['extendAndConfigure', 'letIn'],
  repairBrokers: ['repair'],
  upgradeKafka: ['upgrade'],
  stopCluster: ['stop', 'schedule'],
  startCluster: ['start', 'schedule'],
  rebalanceCluster: ['rebalance'],
  finaliseUpgrade: ['finalise'],
  restoreCluster: ['restore'],
  shrinkBrokers: ['shrink'],
} as const satisfies Record<OfferedOperation, Asks>

/** The routes by which something changes, but for what plans only, and what is between a tenant and Kafka. */
type WalkedRoute = Exclude<
  { [N in RouteName]: Routes[N]['method'] extends 'get' ? never : N }[RouteName],
  'planChange' | 'createUser' | 'deleteUser'
>

/** How walks go by each route: one that none of them goes by does not compile. */
export const WALKED = {
  createCluster: ['order'],
  patchCluster: [
    'extend',
    'autoscale',
    'expand',
    'shrink',
    'letIn',
    'configure',
    'extendAndConfigure',
    'upgrade',
    'schedule',
    'unschedule',
  ],
  restoreConfigRevision: ['rollBack'],
  postponeMaintenance: ['postpone'],
  startMaintenance: ['maintain'],
  finaliseUpgrade: ['finalise'],
  deleteCluster: ['delete', 'purge'],
  restartCluster: ['restart', 'rebootHosts'],
  restartBroker: ['restartOne'],
  repairBroker: ['repair'],
  stopCluster: ['stop'],
  startCluster: ['start'],
  createRebalanceProposal: ['rebalance'],
  rebalanceCluster: ['rebalance'],
  restoreCluster: ['restore'],
  pauseOperation: ['control'],
  resumeOperation: ['control'],
  cancelOperation: ['control'],
  createTopic: ['makeTopic'],
} as const satisfies Record<WalkedRoute, Asks>

type Settings = Readonly<Record<string, string>>

const TENANTS = ['acme', 'zeta'] as const

/** What needs no restart, what needs one, what Kafka refuses, and what it cannot start with. */
const CONFIGS: readonly Settings[] = [
  {},
  { 'log.retention.ms': '1000' },
  { 'queued.max.requests': '600' },
  { 'queued.max.requests': '700', 'message.max.bytes': '2000000' },
  REFUSED_CONFIG,
  DEADLY_CONFIG,
]

/** Where clients may come from. */
const RANGES = ['10.0.0.0/8', '192.0.2.0/24', '198.51.100.7/32']

/** Walks begin at ten o'clock and last for hours: what is due soon, and again each day. */
const SCHEDULES: readonly PowerSchedule[] = [
  { stop: 'Mon-Sun 10:10', start: 'Mon-Sun 10:20' },
  { stop: 'Mon-Sun 10:30', start: 'Mon-Sun 12:00' },
]

/** Chooses among what there is. */
export const index = fc.nat(9)
/** A node of a combined cluster, or a controller. */
export const node = fc.integer({ min: 1, max: 3 })
const config = fc.constantFrom(...CONFIGS)
const does = <K extends string>(...kinds: readonly [K, ...K[]]) => fc.constantFrom(...kinds)

/** Orders of clusters. */
export const order = fc.record({
  does: does('order'),
  tenant: fc.constantFrom(...TENANTS),
  name: fc.constantFrom('orders', 'logs', 'metrics'),
  brokers: fc.constantFrom(3, 6),
})

/** What is asked of clusters that exist. */
export const change: fc.Arbitrary<Request> = fc.oneof(
  { weight: PLAIN.length, arbitrary: fc.record({ does: fc.constantFrom(...PLAIN), index }) },
  { weight: 3, arbitrary: fc.record({ does: does('configure', 'extendAndConfigure'), index, config }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: does('upgrade'), index, kafkaVersion: fc.constantFrom(...KAFKA_VERSION_NAMES) }),
  },
  { weight: 3, arbitrary: fc.record({ does: does('restartOne', 'repair'), index, node }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: does('autoscale'), index, limitGiB: fc.integer({ min: 50, max: 120 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: does('letIn'), index, inbound: fc.subarray([...RANGES]), larger: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: does('schedule'), index, schedule: fc.constantFrom(...SCHEDULES) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: does('control'), index, action: fc.constantFrom('pause', 'resume', 'cancel') }),
  },
)
