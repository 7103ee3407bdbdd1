import { lifecycleOf } from '../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { OperationRecord } from '../shared/records/operation.ts'
import type { StatePorts } from '../shared/state/change-cluster.ts'
import type { Draft } from '../shared/state/draft.ts'
import { brokersOf } from '../shared/state/load.ts'
import { changeBrokers } from './change-brokers.ts'
import { ownedOperation } from './ownership.ts'
import type { StepInput } from './step.ts'

/**
 * Takes all brokers into a phase. A call of the operation's own way that comes too late changes nothing: the operation has ended, or
 * is about to take back what it has done.
 */
export async function enterPhase(
  ports: StatePorts,
  input: StepInput,
  phase: 'Stopping' | 'Starting',
  enter: (draft: Draft, broker: BrokerRecord) => void,
): Promise<void> {
  const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
  const nodes = brokers.map(({ nodeId }) => nodeId)
  await changeBrokers(ports, input, nodes, (draft, nodeId) => {
    const { type, control, finishedAt } = draft.operation()
    const isTurned = leadsThere(type, phase) && control === 'Cancel'
    if (finishedAt === undefined && !isTurned) enter(draft, draft.broker(nodeId))
  })
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
  const { tenantId, clusterId } = input
  const { cluster, operation } = await ownedOperation(ports, input)
  const { control, type } = operation
  if (control !== undefined && leadsThere(type, phase)) return { verdict: control, nodes: [] }
  const nodes = await group(await brokersOf(ports.store, tenantId, clusterId), cluster)
  return { verdict: nodes.length > 0 ? 'Go' : 'Done', nodes }
}
