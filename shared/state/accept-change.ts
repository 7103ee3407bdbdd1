import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Plan, PlanBlocker } from '../contract/plan.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { ChangeWishes } from '../planner/change-wishes.ts'
import type { PlanFacts } from '../planner/facts.ts'
import { goneBlockers, planChange } from '../planner/plan-change.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { OperationRecord } from '../records/operation.ts'
import { acceptOperation } from './accept-operation.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'
import type { Draft } from './draft.ts'
import { orderedChange } from './order-change.ts'
import type { Requester } from './requester.ts'

/** A change of what was ordered, as its caller asks for it. */
export interface RequestedChange {
  /** What the order shall be, given what it is; throws where the result would break the rules of an order. */
  readonly wanted: (cluster: ClusterRecord) => ClusterSpec
  /** Whether the caller named a field, also with the value that it has. */
  readonly named: (pointer: string) => boolean
  readonly wishes?: ChangeWishes
  /** Throws where the caller's condition does not hold for the cluster as it was just read. */
  readonly check: (cluster: ClusterRecord) => void
  /** What else changes in the transaction that accepts the operation. */
  readonly begun?: (draft: Draft) => void
}

/**
 * Carries out the plan of a change: at once where no broker has to know, else as an operation. Refused as a whole where the
 * plan has a blocker. Nothing is written for a change to what is already so.
 */
export async function acceptChange(
  ports: StatePorts,
  requester: Requester,
  clusterId: string,
  facts: PlanFacts,
  change: RequestedChange,
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<OperationRecord | undefined> {
  const plan = (cluster: ClusterRecord, brokers: readonly BrokerRecord[]) => {
    change.check(cluster)
    const wanted = change.wanted(cluster)
    const planned = planChange(cluster, brokers, wanted, facts, change.named, change.wishes)
    refuseBlocked(planned)
    return { wanted, planned }
  }
  const needsWork = await changeCluster(ports, { tenantId: requester.tenantId, clusterId }, (draft) => {
    const { wanted, planned } = plan(draft.cluster(), draft.brokers())
    if (planned.operation === undefined && planned.changes.length > 0) applyAtOnce(draft, wanted, planned)
    return planned.operation !== undefined
  })
  if (!needsWork) return undefined
  return acceptOperation(
    ports,
    requester,
    clusterId,
    (cluster, brokers) => {
      const { wanted, planned } = plan(cluster, brokers)
      // Between the two looks someone else has made the very same change.
      if (planned.operation === undefined)
        throw new DomainError('PRECONDITION_FAILED', 'The cluster has changed while this request was being checked.')
      const { operation: type } = planned
      const ordered = orderedChange(ports.store, { type, plan: planned, cluster, brokers, wanted, facts })
      if (!change.begun) return ordered
      return {
        ...ordered,
        also: async (draft: Draft) => {
          await ordered.also?.(draft)
          change.begun?.(draft)
        },
      }
    },
    also,
  )
}

function applyAtOnce(draft: Draft, spec: ClusterSpec, { changes }: Plan): void {
  const { clusterId, specRevision } = draft.cluster()
  const [gone] = goneBlockers(draft.cluster())
  if (gone) throw new DomainError(gone.code, gone.detail)
  draft.setCluster({ spec, specRevision: specRevision + 1 })
  draft.emit('kafka.cluster.updated.v1', clusterId, {
    revision: specRevision + 1,
    changes: changes.map(({ pointer }) => pointer),
  })
}

/** Codes that the commit itself refuses with, exactly and with more to tell. */
const JUDGED_AT_COMMIT: ReadonlySet<string> = new Set(['OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED', 'QUOTA_EXCEEDED'])

/** Refuses what has a blocker that the commit itself does not judge. */
export function refuseBlocked({ blockers }: Pick<Plan, 'blockers'>): void {
  const found = blockers.filter(({ code }) => !JUDGED_AT_COMMIT.has(code))
  const [first] = found
  if (!first) return
  throw new DomainError(first.code, found.map(({ detail }) => detail).join(' '), {
    violations: found.map(violationOf),
    ...(first.earliestAt !== undefined && { metadata: { earliestAt: first.earliestAt } }),
  })
}

const violationOf = ({ code, pointer, detail }: PlanBlocker) => ({ pointer, rule: code.toLowerCase(), detail })
