import { levelsOfRelease } from '../catalogue/kafka-versions.ts'
import { levelChanges } from '../catalogue/level-changes.ts'
import type { Plan } from '../contract/plan.ts'
import { DomainError } from '../errors/domain-error.ts'
import { type SeenNodes, seenLevels } from '../kafka-safety/feature-gates.ts'
import type { PlanFacts } from '../planner/facts.ts'
import { statusBlockers } from '../planner/plan-change.ts'
import { planFinalise } from '../planner/plan-finalise.ts'
import type { Needed } from '../ports/ports.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { OperationRecord } from '../records/operation.ts'
import { refuseBlocked } from './accept-change.ts'
import { acceptOperation } from './accept-operation.ts'
import type { StatePorts } from './change-cluster.ts'
import { deadlineMinutes } from './deadline-minutes.ts'
import { kafkaTarget } from './kafka-target.ts'
import type { Requester } from './requester.ts'
import { seeNodes } from './see-nodes.ts'
import { tryLevels } from './try-levels.ts'

/** The cluster that shall get the levels of its release, and what is known of it. */
export interface UnfinalisedCluster {
  readonly cluster: ClusterRecord
  readonly nodes: readonly BrokerRecord[]
  readonly facts: PlanFacts
}

/** A plan, and what was seen of the nodes when it was made. */
export interface LevelsPlan {
  readonly plan: Plan
  readonly seen?: SeenNodes
}

/** The plan with what every node says and, where nothing else speaks against it, what Kafka itself would say to it. */
export async function planLevels(ports: Needed<'kafka'>, wanted: UnfinalisedCluster): Promise<LevelsPlan> {
  const { cluster, nodes, facts } = wanted
  const blind = planFinalise(cluster, nodes, facts)
  // Where it would be refused anyway, there may be no Kafka to ask.
  if (blind.blockers.length > 0 || statusBlockers(cluster, 'finaliseUpgrade').length > 0) return { plan: blind }
  const seen = await seeNodes(ports, cluster, nodes)
  const plan = planFinalise(cluster, nodes, facts, seen)
  if (plan.operation === undefined || plan.blockers.length > 0) return { plan, seen }
  try {
    await tryLevels(
      ports,
      kafkaTarget(cluster, nodes),
      levelChanges(seenLevels(seen.view), levelsOfRelease(cluster.spec.kafkaVersion)),
    )
    return { plan, seen }
  } catch (thrown) {
    if (!(thrown instanceof DomainError && thrown.code === 'INVALID_FIELD')) throw thrown
    const refusal = { code: thrown.code, pointer: '', detail: thrown.message }
    return { plan: { ...plan, blockers: [refusal] }, seen }
  }
}

/** Accepts that a cluster gets the levels of its release, on the cluster as it is now and the nodes as they were seen. */
export async function acceptLevels(
  ports: StatePorts,
  requester: Requester,
  { cluster: { clusterId }, facts }: UnfinalisedCluster,
  seen: SeenNodes | undefined,
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<OperationRecord> {
  const ordered = (cluster: ClusterRecord, nodes: readonly BrokerRecord[]) => {
    const plan = planFinalise(cluster, nodes, facts, seen)
    refuseBlocked(plan)
    if (plan.operation === undefined)
      throw new DomainError('PRECONDITION_FAILED', 'The cluster has changed while this request was being checked.')
    const release = cluster.spec.kafkaVersion
    const levels = { release, to: levelsOfRelease(release) }
    const { operation: type, warnings } = plan
    return { type, nodes: [], deadlineMinutes: deadlineMinutes(plan), warnings, plan, levels }
  }
  return acceptOperation(ports, requester, clusterId, ordered, also)
}
