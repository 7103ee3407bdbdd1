import type { LifecycleRow } from './lifecycle-row.ts'

const ALL_BUT_ERROR = [
  'Starting',
  'Creating',
  'Active',
  'Updating',
  'Rebooting',
  'Extending',
  'Expanding',
  'Shrinking',
  'Upgrading',
  'Repairing',
  'Stopping',
  'Stopped',
  'Deleting',
] as const

/**
 * Every way a cluster may change. The only place a status is assigned from: it drives the 409s, the conditions of the
 * store, `allowedActions` in every answer, the console's buttons and the diagrams in docs.
 */
export const LIFECYCLE = {
  createCluster: {
    offered: true,
    from: [],
    fromError: 'never',
    preempts: false,
    path: ['Starting', 'Creating'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Starting', 'Creating'], done: 'Active', failed: 'Error' },
  },
  updateConfig: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Updating', 'Rebooting'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Updating', 'Rebooting'], done: 'Active', failed: 'Error', resumes: ['Rebooting'] },
  },
  rebootBrokers: {
    offered: true,
    from: ['Active'],
    fromError: 'whenDegraded',
    preempts: false,
    path: ['Rebooting'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Rebooting'], done: 'Active', failed: 'Error' },
  },
  extendVolumes: {
    offered: true,
    from: ['Active'],
    fromError: 'whenDegraded',
    preempts: false,
    path: ['Extending'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Extending'], done: 'Active', failed: 'Error' },
  },
  /** Who may reach the brokers changes around them: none of them is touched. */
  updateNetwork: {
    offered: true,
    from: ['Active'],
    fromError: 'whenDegraded',
    preempts: false,
    path: ['Updating'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Updating'], done: 'Active', failed: 'Error' },
  },
  /** Several changes at once: first what touches no broker, then what restarts none, then what may, and no node twice. */
  updateCluster: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Updating', 'Extending', 'Updating', 'Rebooting'],
    begins: ['Extending'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Extending', 'Updating', 'Rebooting'], done: 'Active', failed: 'Error', resumes: ['Rebooting'] },
  },
  /** Replicas and preferred leaders move between brokers that go on serving: none of them is touched. */
  rebalanceCluster: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Updating'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Updating'], done: 'Active', failed: 'Error' },
  },
  expandBrokers: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Expanding'],
    undoes: true,
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Starting', 'Creating'], done: 'Active', failed: 'Error', withdrawn: ['Deleting', 'Deleted'] },
  },
  shrinkBrokers: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Shrinking'],
    undoes: true,
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Draining', 'Deleting'], done: 'Deleted', failed: 'Error', stays: 'Active' },
  },
  upgradeKafka: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Upgrading'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Upgrading'], done: 'Active', failed: 'Error' },
  },
  /** The cluster gets the levels of features of its release: no broker is touched, and there is mostly no way back. */
  finaliseUpgrade: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Upgrading'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Upgrading'], done: 'Active', failed: 'Error' },
  },
  repairBrokers: {
    offered: true,
    from: ['Active'],
    fromError: 'always',
    preempts: false,
    path: ['Repairing'],
    done: 'Active',
    failed: 'Error',
    broker: { path: ['Repairing'], done: 'Active', failed: 'Error' },
  },
  /** Compute is given back; volumes, addresses and all that clients know of the cluster are kept. */
  stopCluster: {
    offered: true,
    from: ['Active'],
    fromError: 'never',
    preempts: false,
    path: ['Stopping'],
    done: 'Stopped',
    failed: 'Error',
    reverse: { stage: 'Starting', done: 'Active' },
    broker: { path: ['Stopping'], done: 'Stopped', failed: 'Error' },
  },
  startCluster: {
    offered: true,
    from: ['Stopped'],
    fromError: 'never',
    preempts: false,
    path: ['Starting'],
    done: 'Active',
    failed: 'Error',
    reverse: { stage: 'Stopping', done: 'Stopped' },
    broker: { path: ['Starting'], done: 'Active', failed: 'Error' },
  },
  /** What was deleted and is kept for a while comes back. */
  restoreCluster: {
    offered: true,
    from: ['Deleted'],
    fromError: 'never',
    preempts: false,
    path: ['Starting'],
    done: 'Active',
    failed: 'Error',
    reverse: { stage: 'Stopping', done: 'Stopped' },
    broker: { path: ['Starting'], done: 'Active', failed: 'Error' },
  },
  /** A cluster that is kept for a while is Deleted, too; another delete takes away what was kept. */
  deleteCluster: {
    offered: true,
    from: [...ALL_BUT_ERROR, 'Deleted'],
    fromError: 'always',
    preempts: true,
    path: ['Deleting'],
    done: 'Deleted',
    // Resources that cost money may still be there: a delete that fails stays Deleting and is tried again.
    failed: 'Deleting',
    broker: { path: ['Deleting'], done: 'Deleted', failed: 'Deleting', kept: 'Stopped' },
  },
} as const satisfies Record<string, LifecycleRow>

/** A kind of operation, offered or not yet. */
export type OperationType = keyof typeof LIFECYCLE

/** The kinds that this release carries out: each has a workflow, or the workflow table does not compile. */
export type OfferedOperation = {
  [T in OperationType]: (typeof LIFECYCLE)[T]['offered'] extends true ? T : never
}[OperationType]

/** The statuses a cluster may pass during an operation of type T. */
export type ClusterStage<T extends OperationType> = (typeof LIFECYCLE)[T]['path'][number]

/** The statuses a touched broker may pass during an operation of type T. */
export type BrokerStage<T extends OperationType> = (typeof LIFECYCLE)[T]['broker']['path'][number]

/** All kinds of operation, in the order of the table. */
export const OPERATION_TYPES = Object.keys(LIFECYCLE) as readonly OperationType[]

/** The row of a kind, with the literal types widened so that rows can be compared with each other. */
export function lifecycleOf(type: OperationType): LifecycleRow {
  return LIFECYCLE[type]
}

/**
 * Tells whether an operation can be paused, cancelled and resumed: those that go broker by broker. A create is undone by a
 * delete, and a delete is not undone.
 */
export function isControllable(type: OperationType): boolean {
  return LIFECYCLE[type].offered && type !== 'createCluster' && type !== 'deleteCluster'
}

/** Tells whether this release carries an operation out. */
export function isOffered(type: OperationType): type is OfferedOperation {
  return LIFECYCLE[type].offered
}
