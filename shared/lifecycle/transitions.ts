import { isControllable, lifecycleOf, OPERATION_TYPES, type OperationType } from './lifecycle.ts'
import type { BrokerStatus, ClusterStatus, Health } from './statuses.ts'

/** A change of status that an operation may make; `from` is absent where the thing comes into being. */
export interface Transition<S> {
  readonly operation: OperationType
  readonly from: S | undefined
  readonly to: S
}

/** A status was about to be assigned that the lifecycle table does not allow: a programming error, never a caller's. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition'

  constructor(what: string, type: OperationType, from: string | undefined, to: string) {
    super(`${what} may not go from ${from ?? 'nothing'} to ${to} by ${type}`)
  }
}

/** Tells whether an operation may start on a cluster that is in this status and health and has no operation running. */
export function mayStart(type: OperationType, status: ClusterStatus, health: Health): boolean {
  const { from, fromError } = lifecycleOf(type)
  if (status !== 'Error') return from.some((allowed) => allowed === status)
  return fromError === 'always' || (fromError === 'whenDegraded' && health === 'Degraded')
}

/** What a caller may ask of a cluster now: the offered operations that would be accepted. */
export function allowedActions(status: ClusterStatus, health: Health, busy: boolean): OperationType[] {
  return OPERATION_TYPES.filter((type) => {
    const row = lifecycleOf(type)
    return row.offered && row.path[0] !== status && mayStart(type, status, health) && (row.preempts || !busy)
  })
}

function edges<S>(type: OperationType, starts: readonly (S | undefined)[], path: readonly S[], ends: readonly S[]) {
  const found: Transition<S>[] = []
  const add = (from: S | undefined, to: S) => {
    if (from !== to && !found.some((e) => e.from === from && e.to === to)) found.push({ operation: type, from, to })
  }
  for (const start of starts) for (const stage of path.slice(0, 1)) add(start, stage)
  path.forEach((stage, index) => {
    for (const later of path.slice(index + 1)) add(stage, later)
    for (const end of ends) add(stage, end)
  })
  return found
}

/** Every legal change of a cluster's status, as data: for the guard below, the diagram and the property tests. */
export function clusterTransitions(): readonly Transition<ClusterStatus>[] {
  return OPERATION_TYPES.flatMap((type) => {
    const { from, fromError, path, begins = [], done, failed } = lifecycleOf(type)
    const starts: (ClusterStatus | undefined)[] = from.length === 0 && fromError === 'never' ? [undefined] : [...from]
    // One that has failed can be taken up again, also where none of its kind may begin.
    if (fromError !== 'never' || isControllable(type)) starts.push('Error')
    const later = begins.flatMap((to) => starts.map((start) => ({ operation: type, from: start, to })))
    return [...edges<ClusterStatus>(type, starts, path, [done, failed]), ...later, ...reverseEdges(type, path, failed)]
  })
}

/**
 * Every legal change of a broker's status. A broker enters an operation from where it rests (`Active`, `Stopped`,
 * `Error`) or, where the operation pre-empts, from anywhere; it may pass through `Active` between two stages of a path
 * when it really served in between.
 */
export function brokerTransitions(): readonly Transition<BrokerStatus>[] {
  return OPERATION_TYPES.flatMap((type) => {
    const { broker, preempts } = lifecycleOf(type)
    const { withdrawn = [] } = broker
    const starts = brokerStarts(type, preempts)
    const gone = edges<BrokerStatus>(type, [...broker.path, broker.failed], withdrawn, [broker.failed])
    const leaving = gone.filter(({ from }) => from !== withdrawn.at(-1))
    const passThroughActive = broker.path
      .slice(1)
      .map((stage) => ({ operation: type, from: 'Active', to: stage }) as const)
    const ends = [broker.done, broker.failed, ...(broker.kept === undefined ? [] : [broker.kept])]
    const coming = edges<BrokerStatus>(type, starts, broker.path, ends)
    const reversed = reverseEdges(type, [...broker.path, broker.done, broker.failed], broker.failed)
    const { stays: to, failed: from, resumes = [] } = broker
    const resumed = resumes.map((stage) => ({ operation: type, from, to: stage }))
    const staying = to === undefined ? [] : [{ operation: type, from: broker.path[0], to } as const]
    return [...coming, ...passThroughActive, ...leaving, ...reversed, ...staying, ...resumed]
  })
}

/** Where a broker may be when an operation begins with it. */
function brokerStarts(type: OperationType, preempts: boolean): readonly (BrokerStatus | undefined)[] {
  if (type === 'createCluster') return [undefined]
  // One that did not come up is begun with again.
  if (type === 'expandBrokers') return [undefined, 'Error']
  return preempts ? [...RESTING, ...TRANSITIONAL] : RESTING
}

/** The opposite way of what is cancelled on its way, where the row has one: from each of these, to where it was before. */
function reverseEdges<S extends string>(
  type: OperationType,
  from: readonly S[],
  failed: S,
): Transition<S | 'Starting' | 'Stopping' | 'Active' | 'Stopped'>[] {
  const { reverse } = lifecycleOf(type)
  if (!reverse) return []
  const begun = from.flatMap((status) =>
    [reverse.stage, reverse.done].map((to) => ({ operation: type, from: status, to })),
  )
  const ended = [reverse.done, failed].map((to) => ({ operation: type, from: reverse.stage, to }))
  return [...begun, ...ended].filter((edge) => edge.from !== edge.to)
}

const RESTING = ['Active', 'Stopped', 'Error'] as const
const TRANSITIONAL = [
  'Starting',
  'Creating',
  'Updating',
  'Rebooting',
  'Extending',
  'Draining',
  'Upgrading',
  'Repairing',
  'Stopping',
] as const

const CLUSTER_EDGES = new Set(clusterTransitions().map((e) => `${e.operation}:${e.from}:${e.to}`))
const BROKER_EDGES = new Set(brokerTransitions().map((e) => `${e.operation}:${e.from}:${e.to}`))

/** The new status of a cluster, or IllegalTransition; the only way a cluster's status may be computed. */
export function clusterStatus(type: OperationType, from: ClusterStatus | undefined, to: ClusterStatus): ClusterStatus {
  if (from !== to && !CLUSTER_EDGES.has(`${type}:${from}:${to}`))
    throw new IllegalTransition('A cluster', type, from, to)
  return to
}

/** The new status of a broker, or IllegalTransition; the only way a broker's status may be computed. */
export function brokerStatus(type: OperationType, from: BrokerStatus | undefined, to: BrokerStatus): BrokerStatus {
  if (from !== to && !BROKER_EDGES.has(`${type}:${from}:${to}`)) throw new IllegalTransition('A broker', type, from, to)
  return to
}
