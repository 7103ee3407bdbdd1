import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { compileConfig } from './config-phase.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { compileExpansion } from './expand-phase.ts'
import { compileVolume } from './extend-phase.ts'
import { networkPhase } from './network-phase.ts'
import { compileShrink } from './shrink-phase.ts'
import { compileUpgrade } from './upgrade-phase.ts'

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

/** Another number of brokers: more join, or some leave. */
function compileCount(context: ChangeContext): Consequence {
  const { cluster, wanted } = context
  if (cluster.spec.topology === 'combined')
    return immutable('/brokers/count', 'The combined topology always has three brokers.')()
  return wanted.brokers.count > cluster.spec.brokers.count ? compileExpansion(context) : compileShrink(context)
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
