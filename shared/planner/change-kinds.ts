import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { PlanBlocker, PlanPhase } from '../contract/plan.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { validateKafkaConfig } from '../kafka/validate-config.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { runningVersions } from '../state/node-version.ts'
import type { ChangeWishes } from './change-wishes.ts'
import { configChangeOf, configPhase } from './config-phase.ts'
import { compileExpansion } from './expand-phase.ts'
import { exposedWarnings } from './exposed-partitions.ts'
import { extendPhase, tooSoonBlocker } from './extend-phase.ts'
import type { PlanFacts } from './facts.ts'
import { minInSyncAfter, noSpareReplicaBlockers } from './min-in-sync.ts'
import { networkPhase } from './network-phase.ts'
import { compileShrink } from './shrink-phase.ts'
import { compileUpgrade } from './upgrade-phase.ts'

/** What a change of one field starts from. */
export interface ChangeContext {
  readonly cluster: ClusterRecord
  readonly brokers: readonly BrokerRecord[]
  readonly wanted: ClusterSpec
  readonly facts: PlanFacts
  readonly wishes: ChangeWishes
}

/** What a change of one field takes: nothing but writing it down, work on brokers, or a refusal. */
export interface Consequence {
  readonly phase?: PlanPhase | undefined
  /** What follows from that in the same operation. */
  readonly following?: PlanPhase | undefined
  readonly blockers?: readonly PlanBlocker[]
  readonly warnings?: readonly string[]
}

/** How a field of what was ordered can change. */
interface ChangeKind {
  readonly pointer: string
  readonly read: (spec: ClusterSpec) => unknown
  readonly compile: (context: ChangeContext) => Consequence
}

/** Takes effect when it is written down: no broker has to know. */
const atOnce = (): Consequence => ({})

const refuse = (code: ErrorCode, pointer: string, detail: string) => (): Consequence => ({
  blockers: [{ code, pointer, detail }],
})

const immutable = (pointer: string, why: string) => refuse('FIELD_IMMUTABLE', pointer, why)
const later = (pointer: string, what: string) =>
  refuse('CHANGE_NOT_SUPPORTED', pointer, `${what} comes with a later release.`)

function compileVolume({ cluster, brokers, wanted, facts }: ChangeContext): Consequence {
  const [now, then] = [cluster.spec.brokers.volumeGiB, wanted.brokers.volumeGiB]
  const phase = then < now ? undefined : extendPhase(brokers, then, facts)
  if (phase === undefined) return { blockers: [notLarger(now, then)] }
  const tooSoon = tooSoonBlocker(brokers, then, facts)
  return { phase, blockers: tooSoon ? [tooSoon] : [] }
}

/** Another number of brokers: more join, or some leave. */
function compileCount(context: ChangeContext): Consequence {
  const { cluster, wanted } = context
  if (cluster.spec.topology === 'combined')
    return immutable('/brokers/count', 'The combined topology always has three brokers.')()
  return wanted.brokers.count > cluster.spec.brokers.count ? compileExpansion(context) : compileShrink(context)
}

function compileConfig(context: ChangeContext): Consequence {
  const phase = configPhase(context.cluster, context.brokers, context.wanted, context.facts)
  const { restartKeys, dynamicSets } = configChangeOf(context.cluster, context.wanted, context.facts)
  const { topics } = context.facts
  const seen = topics === 'unknown' ? undefined : topics
  return {
    phase,
    warnings: [
      ...(restartKeys.length === 0
        ? []
        : [`Kafka reads ${restartKeys.join(', ')} at its start only: every node is restarted, one after the other.`]),
      ...(seen ? exposedWarnings({ ...seen, minInSync: minInSyncAfter(seen, dynamicSets) }, phase.nodes) : []),
      ...(topics === 'unknown'
        ? ['Kafka did not answer: whether every partition has a replica to spare is not known.']
        : []),
    ],
    blockers: [...olderNodeBlockers(context), ...(seen ? noSpareReplicaBlockers(seen, dynamicSets) : [])],
  }
}

/** In the middle of an upgrade a configuration has to do for every release that runs, not only for the one that is ordered. */
function olderNodeBlockers({ cluster, brokers, wanted }: ChangeContext): readonly PlanBlocker[] {
  const others = runningVersions(cluster, brokers).filter(({ version }) => version !== wanted.kafkaVersion)
  return others.flatMap(({ version, nodes }) =>
    validateKafkaConfig(version, wanted.config, wanted.brokers.count).map(({ key, detail }) => ({
      code: 'INVALID_FIELD' as const,
      pointer: `/config/${key}`,
      detail: `Nodes ${nodes.join(', ')} still run Kafka ${version}: ${detail}.`,
    })),
  )
}

function notLarger(now: number, then: number): PlanBlocker {
  const pointer = '/brokers/volumeGiB'
  return then === now
    ? { code: 'VOLUME_NOT_LARGER', pointer, detail: `The volumes have ${now} GiB already; give a larger size.` }
    : { code: 'VOLUME_NOT_LARGER', pointer, detail: `A volume cannot shrink from ${now} to ${then} GiB.` }
}

/** A field of the order, or of a part of it. */
type Field =
  | Exclude<keyof ClusterSpec, 'brokers' | 'network'>
  | `brokers/${keyof ClusterSpec['brokers']}`
  | `network/${keyof ClusterSpec['network']}`

const field = (name: Field, read: ChangeKind['read'], compile: ChangeKind['compile']): ChangeKind => ({
  pointer: `/${name}`,
  read,
  compile,
})

/** Every field that can be ordered and what a change of it takes; one that is missing does not compile. */
export const CHANGE_KINDS = {
  labels: field('labels', (spec) => spec.labels, atOnce),
  deletionProtection: field('deletionProtection', (spec) => spec.deletionProtection, atOnce),
  deletion: field('deletion', (spec) => spec.deletion, atOnce),
  schedule: field('schedule', (spec) => spec.schedule, atOnce),
  maintenanceWindow: field('maintenanceWindow', (spec) => spec.maintenanceWindow, atOnce),
  diskAutoscaling: field('diskAutoscaling', (spec) => spec.diskAutoscaling, atOnce),
  'network/access': field(
    'network/access',
    (spec) => spec.network.access,
    later('/network/access', 'Turning public access on or off'),
  ),
  'network/securityGroups': field(
    'network/securityGroups',
    (spec) => spec.network.securityGroups,
    ({ cluster, wanted, facts }) => ({ phase: networkPhase(cluster, wanted, facts) }),
  ),
  'brokers/volumeGiB': field('brokers/volumeGiB', (spec) => spec.brokers.volumeGiB, compileVolume),
  config: field('config', (spec) => spec.config, compileConfig),
  kafkaVersion: field('kafkaVersion', (spec) => spec.kafkaVersion, compileUpgrade),
  'brokers/count': field('brokers/count', (spec) => spec.brokers.count, compileCount),
  'brokers/instanceType': field(
    'brokers/instanceType',
    (spec) => spec.brokers.instanceType,
    later('/brokers/instanceType', 'Changing the instance type'),
  ),
  name: field('name', (spec) => spec.name, immutable('/name', 'The name of a cluster never changes.')),
  topology: field('topology', (spec) => spec.topology, immutable('/topology', 'The topology never changes.')),
  availabilityZones: field(
    'availabilityZones',
    (spec) => spec.availabilityZones,
    immutable('/availabilityZones', 'Brokers stay in the zones where their volumes are.'),
  ),
  topics: field(
    'topics',
    (spec) => spec.topics,
    immutable('/topics', 'These are the topics the cluster was ordered with; use /topics for those it has.'),
  ),
} as const satisfies Record<Field, ChangeKind>

/** All rows of the table. */
export const CHANGE_KIND_LIST: readonly ChangeKind[] = Object.values(CHANGE_KINDS)
