import type { PlanPhase } from '../contract/plan.ts'
import type { RestartMode } from '../contract/restart.ts'
import type { OperationRecord } from '../records/cluster.ts'

/** The nodes that a phase of an operation is about; without a plan the operation is one phase. None: all of them. */
export function phaseNodes(
  { plan, nodes }: Pick<OperationRecord, 'plan' | 'nodes'>,
  kind: PlanPhase['kind'],
): readonly number[] | undefined {
  return plan?.phases.find((phase) => phase.kind === kind)?.nodes ?? nodes
}

/** Tells whether another phase follows: then the end of this one is a border, too. */
export function isFollowed({ plan }: Pick<OperationRecord, 'plan'>, kind: PlanPhase['kind']): boolean {
  const kinds = plan?.phases.map((phase) => phase.kind) ?? []
  return kinds.includes(kind) && kinds.at(-1) !== kind
}

/** How the nodes of an operation are restarted. */
export function restartMode({ plan }: Pick<OperationRecord, 'plan'>): RestartMode {
  return plan?.phases.find(({ kind }) => kind === 'rebootBrokers')?.mode ?? 'process'
}
