import type { PlanFacts } from '../planner/facts.ts'
import { planRestore, planStart, planStop } from '../planner/plan-stop.ts'
import type { Write } from '../ports/store.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import type { OperationRecord } from '../records/operation.ts'
import { acceptOperation } from './accept-operation.ts'
import type { StatePorts } from './change-cluster.ts'
import { deadlineMinutes } from './deadline-minutes.ts'
import type { Draft } from './draft.ts'
import type { Requester } from './requester.ts'

/** What gives a cluster's compute back, and what takes it again. */
export const POWER_PLANS = { stopCluster: planStop, startCluster: planStart, restoreCluster: planRestore } as const
export type PowerOperation = keyof typeof POWER_PLANS

/** What is restored is not to be taken away when its days are over. */
function unkept(draft: Draft): void {
  const { restorableUntil: _, ...rest } = draft.cluster()
  if (draft.cluster().restorableUntil !== undefined) draft.replaceCluster(rest)
}

/** Accepts that a cluster is stopped, started or restored, exactly as its plan says. */
export async function acceptPower(
  ports: StatePorts,
  requester: Requester,
  clusterId: string,
  {
    type,
    facts,
    check = () => undefined,
    also: alsoOfDraft = () => undefined,
  }: {
    readonly type: PowerOperation
    readonly facts: PlanFacts
    /** Throws where the caller's condition does not hold for the cluster as it was just read. */
    readonly check?: (cluster: ClusterRecord) => void
    /** What else is written with it. */
    readonly also?: (draft: Draft) => void
  },
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<OperationRecord> {
  return acceptOperation(
    ports,
    requester,
    clusterId,
    (cluster, brokers) => {
      check(cluster)
      const withUnkept = (draft: Draft) => {
        unkept(draft)
        alsoOfDraft(draft)
      }
      const plan = POWER_PLANS[type](cluster, brokers, facts)
      const nodes = brokers.map(({ nodeId }) => nodeId)
      return { type, nodes, deadlineMinutes: deadlineMinutes(plan), warnings: plan.warnings, plan, also: withUnkept }
    },
    also,
  )
}
