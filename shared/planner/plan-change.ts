import { supportWarning } from '../catalogue/support.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'
import { PLAN_PHASE_KINDS, type Plan, type PlanBlocker, type PlanPhase } from '../contract/plan.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { TenantUsage } from '../records/tenant.ts'
import { assertMayBegin } from '../state/accept-operation.ts'
import { chargeUsage } from '../state/quota.ts'
import { countedGiB } from '../state/usage.ts'
import { billingOf } from './billing.ts'
import { CHANGE_KIND_LIST, CHANGE_KINDS } from './change-kinds.ts'
import { type ChangeWishes, USUAL_WISHES } from './change-wishes.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { furtherBrokers } from './expand-phase.ts'
import { brokersToExtend } from './extend-phase.ts'
import type { PlanFacts } from './facts.ts'
import { isSame } from './same.ts'
import { nodesToRoll } from './upgrade-phase.ts'

/**
 * Compiles a change of what was ordered into a plan: the same plan that is shown is the one that is carried out. `named`
 * tells whether the caller named a field. Naming the size that the volumes have already, and nothing else, is a refusal
 * and not a change to nothing, unless brokers lag behind it, which a failed growth leaves. Naming the rules for clients that
 * are ordered already puts them in force where a failed change has left others, and naming the release that is ordered already
 * brings it to the nodes that do not run it.
 */
export function planChange(
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  wanted: ClusterSpec,
  facts: PlanFacts,
  named: (pointer: string) => boolean = () => false,
  wishes: ChangeWishes = USUAL_WISHES,
): Plan {
  const context = { cluster, brokers, wanted, facts, wishes }
  const differing = CHANGE_KIND_LIST.filter(({ read }) => !isSame(read(cluster.spec), read(wanted)))
  const volume = CHANGE_KINDS['brokers/volumeGiB']
  const lags = brokersToExtend(brokers, cluster.spec.brokers.volumeGiB, facts).length > 0
  const isVolumeMeant = !differing.includes(volume) && named(volume.pointer) && (lags || differing.length === 0)
  const network = CHANGE_KINDS['network/securityGroups']
  const isNetworkMeant = !differing.includes(network) && named(network.pointer) && cluster.networkLags === true
  const version = CHANGE_KINDS.kafkaVersion
  const isVersionMeant =
    !differing.includes(version) &&
    named(version.pointer) &&
    nodesToRoll(cluster, brokers, cluster.spec.kafkaVersion).length > 0
  const meant = [...(isVolumeMeant ? [volume] : []), ...(isNetworkMeant ? [network] : [])]
  const touched = [...differing, ...meant, ...(isVersionMeant ? [version] : [])]
  const consequences = touched.map(({ compile }): Consequence => compile(context))
  const phases = inOrder(consequences.flatMap(({ phase, following }) => [phase ?? [], following ?? []].flat()))
  const blockers = [
    ...consequences.flatMap(({ blockers: found = [] }) => found),
    ...togetherBlockers(phases),
    ...companyBlockers(phases),
  ]
  const operation = operationOf(phases)
  const billing = billingOf(brokers, wanted, phases)
  const ending = supportWarning(wanted.kafkaVersion, facts.now)
  return {
    ...(operation && { operation }),
    changes: differing.map(({ pointer, read }) => ({ pointer, from: read(cluster.spec), to: read(wanted) })),
    phases,
    restarts: phases.reduce((sum, { restarts }) => sum + restarts, 0),
    estimateSeconds: phases.reduce((sum, phase) => sum + phase.estimateSeconds, 0),
    ...(billing && { billing }),
    warnings: [
      ...consequences.flatMap(({ warnings = [] }) => warnings),
      ...(ending === undefined || touched.length === 0 ? [] : [ending]),
    ],
    blockers: operation
      ? [...blockers, ...statusBlockers(cluster, operation), ...quotaBlockers(context)]
      : [...blockers, ...(differing.length > 0 ? goneBlockers(cluster) : [])],
  }
}

/** What restarts nothing comes first: who is to be shut out waits for no broker, and one that is short of room is not stopped. */
const inOrder = (phases: readonly PlanPhase[]): PlanPhase[] =>
  phases.toSorted((a, b) => PLAN_PHASE_KINDS.indexOf(a.kind) - PLAN_PHASE_KINDS.indexOf(b.kind))

/** One phase is an operation of its own kind, whatever follows from it; several are one operation. */
function operationOf([first, ...others]: readonly PlanPhase[]): Plan['operation'] {
  if (first && ALONE.has(first.kind)) return first.kind
  return first && others.length > 0 ? 'updateCluster' : first?.kind
}

/** A roll of another release can be taken back only where nothing else was changed with it. */
function togetherBlockers(phases: readonly PlanPhase[]): readonly PlanBlocker[] {
  if (phases.length < 2 || phases.every(({ kind }) => kind !== 'upgradeKafka')) return []
  const detail =
    'Another release of Kafka is an operation of its own, so that it can be taken back by itself: order the other changes before or after it.'
  return [{ code: 'CHANGE_NOT_SUPPORTED', pointer: '/kafkaVersion', detail }]
}

/** Kinds that change which nodes there are: what else takes work on nodes is ordered before or after. */
const ALONE: ReadonlySet<PlanPhase['kind']> = new Set(['expandBrokers', 'shrinkBrokers'])

function companyBlockers(phases: readonly PlanPhase[]): readonly PlanBlocker[] {
  const isOther = ({ kind }: PlanPhase) => !ALONE.has(kind) && kind !== 'rebalanceCluster'
  if (!phases.some(({ kind }) => ALONE.has(kind)) || !phases.some(isOther)) return []
  const detail =
    'Another number of brokers cannot be ordered together with other work on brokers; do one after the other.'
  return [{ code: 'CHANGE_NOT_SUPPORTED', pointer: '/brokers/count', detail }]
}

/** How many GiB more count against the tenant's limit; what a failed growth left is counted already. */
export function growthGiB(brokers: readonly BrokerRecord[], wanted: ClusterSpec, facts: PlanFacts): number {
  const { volumeGiB } = wanted.brokers
  return brokersToExtend(brokers, volumeGiB, facts).reduce((sum, broker) => sum + volumeGiB - countedGiB(broker), 0)
}

/** What keeps an operation from beginning now, as a plan says it. */
export function statusBlockers(
  cluster: ClusterRecord,
  operation: NonNullable<Plan['operation']>,
): readonly PlanBlocker[] {
  return blockersThrown(() => assertMayBegin(cluster, operation), '')
}

/** What takes effect at once is taken in every status but in those in which the cluster goes or is gone. */
export function goneBlockers({ clusterId, status }: ClusterRecord): readonly PlanBlocker[] {
  if (status !== 'Deleting' && status !== 'Deleted') return []
  const detail = `Cluster ${clusterId} is ${status} and cannot be changed.`
  return [{ code: 'STATUS_NOT_ALLOWED', pointer: '', detail }]
}

/** What brokers that join count against the tenant's limits. */
export function expansionUsage(context: Pick<ChangeContext, 'cluster' | 'brokers' | 'wanted'>): TenantUsage {
  const { length: brokers } = furtherBrokers(context)
  return { clusters: 0, brokers, volumeGiB: brokers * context.wanted.brokers.volumeGiB }
}

function quotaBlockers(context: ChangeContext): readonly PlanBlocker[] {
  const { brokers, wanted, facts } = context
  const { tenant } = facts
  if (!tenant) return []
  const charged = (growth: TenantUsage) => () => chargeUsage(tenant.limits, tenant.usage, growth)
  const expansion = expansionUsage(context)
  if (expansion.brokers > 0) return blockersThrown(charged(expansion), '/brokers/count')
  const growth = { clusters: 0, brokers: 0, volumeGiB: growthGiB(brokers, wanted, facts) }
  return blockersThrown(charged(growth), '/brokers/volumeGiB')
}

function blockersThrown(check: () => unknown, pointer: string): readonly PlanBlocker[] {
  try {
    check()
    return []
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown
    return [{ code: thrown.code, detail: thrown.message, pointer }]
  }
}
