import type { PlanPhase } from '../contract/plan.ts'
import type { RestartMode } from '../contract/restart.ts'
import type { OperationRecord } from '../records/operation.ts'

/**
 * The nodes that a phase of an operation is about: those of the operation where it is one phase, whatever that is, or was not
 * planned; none where it has other phases only. Undefined: all of them.
 */
export function phaseNodes(
  { plan, nodes }: Pick<OperationRecord, 'plan' | 'nodes'>,
  kind: PlanPhase['kind'],
): readonly number[] | undefined {
  const phases = plan?.phases ?? []
  return phases.length <= 1 ? nodes : (phases.find((phase) => phase.kind === kind)?.nodes ?? [])
}

/** Tells whether an operation has a phase of this kind; one that was not planned has whatever its workflow does. */
export function hasPhase({ plan }: Pick<OperationRecord, 'plan'>, kind: PlanPhase['kind']): boolean {
  return plan?.phases.some((phase) => phase.kind === kind) ?? true
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
