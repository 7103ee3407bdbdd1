import { lifecycleOf } from '../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { OperationRecord } from '../shared/records/operation.ts'
import { brokersOf, loadOperation } from '../shared/state/load.ts'
import { ownedCluster } from './ownership.ts'
import type { StepInput } from './step.ts'

/**
 * Tells whether a call of this operation's own way comes too late: the operation has ended, or is about to take back what it
 * has done.
 */
export function isOnWayBack({ type, control, finishedAt }: OperationRecord, phase: 'Stopping' | 'Starting'): boolean {
  return finishedAt !== undefined || (leadsThere(type, phase) && control === 'Cancel')
}

/** Tells whether a phase is an operation's own, and not its way back. */
const leadsThere = (type: OperationRecord['type'], phase: 'Stopping' | 'Starting') =>
  lifecycleOf(type).path[0] === phase

/** What a step that names a group of nodes answers. */
export type ChosenGroup = { readonly verdict: 'Go' | 'Pause' | 'Cancel' | 'Done'; readonly nodes: readonly number[] }

/**
 * The border before a group of nodes that are stopped or started together: heeds a wish to pause or cancel, and otherwise
 * names them. On the way back of another operation no wish is heeded.
 */
export async function chooseGroup(
  ports: Needed<'store'>,
  input: StepInput,
  phase: 'Stopping' | 'Starting',
  group: (brokers: readonly BrokerRecord[], cluster: ClusterRecord) => Promise<readonly number[]> | readonly number[],
): Promise<ChosenGroup> {
  const { tenantId, clusterId, operationId } = input
  const cluster = await ownedCluster(ports, input)
  const { control, type } = (await loadOperation(ports.store, tenantId, operationId)).record
  if (control !== undefined && leadsThere(type, phase)) return { verdict: control, nodes: [] }
  const nodes = await group(await brokersOf(ports.store, tenantId, clusterId), cluster)
  return { verdict: nodes.length > 0 ? 'Go' : 'Done', nodes }
}
