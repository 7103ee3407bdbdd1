import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import type { DiskAutoscaling } from '../../shared/contract/cluster-spec.ts'
import type { RestartMode } from '../../shared/contract/restart.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { OperationAction } from '../../shared/lifecycle/statuses.ts'
import type { MaintenanceWindow } from '../../shared/maintenance/window.ts'
import type { PlanFacts } from '../../shared/planner/facts.ts'
import { planRestart } from '../../shared/planner/plan-restart.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import type { PowerSchedule } from '../../shared/schedule/due.ts'
import { acceptChange, refuseBlocked } from '../../shared/state/accept-change.ts'
import { acceptLevels, planLevels } from '../../shared/state/accept-levels.ts'
import { acceptOperation } from '../../shared/state/accept-operation.ts'
import { acceptPower, type PowerOperation } from '../../shared/state/accept-power.ts'
import { acceptRebalance } from '../../shared/state/accept-rebalance.ts'
import { acceptRepair } from '../../shared/state/accept-repair.ts'
import { loadConfigRevisions } from '../../shared/state/config-revisions.ts'
import { controlOperation } from '../../shared/state/control-operation.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import { proposeRebalance } from '../../shared/state/proposals.ts'
import { seeLayout } from '../../shared/state/see-layout.ts'
import type { ClusterRef } from './end-states.ts'
import type { World } from './world.ts'

/** What a tenant changes of what was ordered. */
export interface Patch {
  readonly volumeGiB?: number
  readonly brokerCount?: number
  /** Of a change that takes brokers away: those that leave, where that is said. */
  readonly leaving?: readonly number[]
  /** Whether replicas follow to brokers that are added; they do unless said. */
  readonly rebalance?: boolean
  readonly config?: Readonly<Record<string, string>>
  readonly deletionProtection?: boolean
  readonly diskAutoscaling?: DiskAutoscaling
  readonly maintenanceWindow?: MaintenanceWindow
  readonly kafkaVersion?: KafkaVersion
  /** When it is stopped and started by itself; null takes that away. */
  readonly schedule?: PowerSchedule | null
  /** The ranges that clients come from. */
  readonly inbound?: readonly string[]
}

const RESTART_MINUTES = 90
const requester = (tenantId: string) => ({ tenantId, requestedBy: 'ana', requestId: 'req_2' })

/** Which nodes are restarted, all unless said, and how. */
interface Restart {
  readonly nodes?: readonly number[]
  readonly mode?: RestartMode
}

/** Orders a restart. */
export async function restart(
  world: World,
  { tenantId, clusterId }: ClusterRef,
  { nodes, mode = 'process' }: Restart = {},
): Promise<string> {
  return world.call(async (ports) => {
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    const ofNodes = (cluster: ClusterRecord, brokers: readonly BrokerRecord[]) => {
      const meant = brokers.filter(({ nodeId, joining }) => joining === undefined && (nodes?.includes(nodeId) ?? true))
      const plan = planRestart(cluster, meant, mode, facts)
      const nodeIds = meant.map(({ nodeId }) => nodeId)
      return { type: 'rebootBrokers', deadlineMinutes: RESTART_MINUTES, warnings: [], nodes: nodeIds, plan } as const
    }
    return (await acceptOperation(ports, requester(tenantId), clusterId, ofNodes)).operationId
  })
}

/** Patches a cluster; nothing where no broker has to know. */
export async function patch(
  world: World,
  { tenantId, clusterId }: ClusterRef,
  { volumeGiB, brokerCount, leaving, rebalance = true, inbound, schedule, ...rest }: Patch,
) {
  const group = inbound && { name: 'apps', inboundRules: inbound.map((cidr) => ({ cidr })) }
  return world.call(async (ports) => {
    const facts = { ...(await loadPlanFacts(ports, tenantId, clusterId)), leaving, ...(await layoutFor(brokerCount)) }
    const operation = await acceptChange(ports, requester(tenantId), clusterId, facts, {
      wanted: ({ spec: { schedule: before, ...spec } }) => ({
        ...spec,
        ...rest,
        ...(schedule !== null && (schedule ?? before) && { schedule: schedule ?? before }),
        ...(group && { network: { ...spec.network, securityGroups: [group] } }),
        brokers: {
          ...spec.brokers,
          ...(volumeGiB !== undefined && { volumeGiB }),
          ...(brokerCount !== undefined && { count: brokerCount }),
        },
      }),
      named: (pointer) =>
        (pointer === '/brokers/volumeGiB' && volumeGiB !== undefined) ||
        (pointer === '/kafkaVersion' && rest.kafkaVersion !== undefined) ||
        (pointer === '/network/securityGroups' && inbound !== undefined),
      wishes: { rebalance },
      check: () => undefined,
    })
    return operation?.operationId

    async function layoutFor(wanted: number | undefined): Promise<Pick<PlanFacts, 'layout'>> {
      const { record } = await loadCluster(ports.store, tenantId, clusterId)
      if (wanted === undefined || record.activeOperationId !== undefined) return {}
      return { layout: await seeLayout(ports, record, await brokersOf(ports.store, tenantId, clusterId)) }
    }
  })
}

/** Orders the levels of the cluster's release; nothing where it has them. */
export async function finalise(world: World, { tenantId, clusterId }: ClusterRef): Promise<string | undefined> {
  return world.call(async (ports) => {
    const cluster = (await loadCluster(ports.store, tenantId, clusterId)).record
    const nodes = await brokersOf(ports.store, tenantId, clusterId)
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    const wanted = { cluster, nodes, facts }
    const { plan, seen } = await planLevels(ports, wanted)
    if (plan.operation === undefined) return undefined
    refuseBlocked(plan)
    return (await acceptLevels(ports, requester(tenantId), wanted, seen)).operationId
  })
}

/** Orders a configuration of the history anew; nothing where it is the one that there is. */
export async function rollBack(world: World, ref: ClusterRef, index: number): Promise<string | undefined> {
  const revisions = await world.call(async ({ store }) =>
    loadConfigRevisions(store, (await loadCluster(store, ref.tenantId, ref.clusterId)).record),
  )
  const chosen = revisions[index % Math.max(1, revisions.length)]
  return chosen && patch(world, ref, { config: chosen.config })
}

/** Orders whatever rebalance is proposed now; nothing where all is in balance. */
export async function rebalance(
  world: World,
  { tenantId, clusterId }: ClusterRef,
  throttleMiBPerSecond: number,
): Promise<string | undefined> {
  return world.call(async (ports) => {
    const { proposal } = await proposeRebalance(ports, requester(tenantId), clusterId, { throttleMiBPerSecond })
    const { proposalId } = proposal
    const accepted = await acceptRebalance(ports, requester(tenantId), clusterId, { proposalId })
    return 'operation' in accepted ? accepted.operation.operationId : undefined
  })
}

/** Orders the repair of a broker. */
export async function repair(world: World, { tenantId, clusterId }: ClusterRef, nodeId: number): Promise<string> {
  return world.call(async (ports) => (await acceptRepair(ports, requester(tenantId), clusterId, nodeId)).operationId)
}

/** Orders that a cluster is stopped or started. */
export async function power(world: World, { tenantId, clusterId }: ClusterRef, type: PowerOperation): Promise<string> {
  return world.call(async (ports) => {
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    return (await acceptPower(ports, requester(tenantId), clusterId, { type, facts })).operationId
  })
}

/** A tenant makes a topic, which Kafka places on any brokers that have registered. */
export async function makeTopic(world: World, { tenantId, clusterId }: ClusterRef, name: string): Promise<void> {
  await world.call(async ({ store, kafka }) => {
    const cluster = (await loadCluster(store, tenantId, clusterId)).record
    const target = kafkaTarget(cluster, await brokersOf(store, tenantId, clusterId))
    await kafka.createTopic(target, { name, partitions: 8, replicationFactor: 3, config: {} })
  })
}

/** Asks something of an operation. */
export async function control(world: World, tenantId: string, operationId: string, action: OperationAction) {
  await world.call((ports) => controlOperation(ports, tenantId, operationId, action))
}

/**
 * Asks until it is so: whoever asks again for what was accepted, because the answer was lost, finds the operation that runs.
 */
export async function orTheOneThatRuns(
  world: World,
  { clusterId }: ClusterRef,
  ask: Promise<string | undefined>,
): Promise<string> {
  try {
    const asked = await world.during(ask)
    if (asked !== undefined) return asked
  } catch (thrown) {
    if (!(thrown instanceof DomainError && thrown.code === 'OPERATION_IN_PROGRESS')) throw thrown
  }
  const running = world.facts.clusters.get(clusterId)?.activeOperationId
  if (running === undefined) throw new Error('nothing was to be done')
  return running
}
