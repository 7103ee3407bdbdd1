/** What a cluster is doing or is; the words are public and written exactly so in the API. */
export const CLUSTER_STATUSES = [
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
  'Deleted',
  'Error',
] as const
export type ClusterStatus = (typeof CLUSTER_STATUSES)[number]

/** What a broker or controller host is doing or is. */
export const BROKER_STATUSES = [
  'Starting',
  'Creating',
  'Active',
  'Updating',
  'Rebooting',
  'Extending',
  'Draining',
  'Upgrading',
  'Repairing',
  'Stopping',
  'Stopped',
  'Deleting',
  'Deleted',
  'Error',
] as const
export type BrokerStatus = (typeof BROKER_STATUSES)[number]

/** Whether it works, beside what it is doing: a cluster can be `Rebooting` and `Healthy`. */
export const HEALTHS = ['Healthy', 'Degraded', 'Unavailable', 'Unknown'] as const
export type Health = (typeof HEALTHS)[number]

/** What an operation is doing or is. */
export const OPERATION_STATES = ['Pending', 'Running', 'Paused', 'Succeeded', 'Failed', 'Cancelled'] as const
export type OperationState = (typeof OPERATION_STATES)[number]

/** What may be asked of an operation from outside. */
export const OPERATION_ACTIONS = ['pause', 'resume', 'cancel'] as const
export type OperationAction = (typeof OPERATION_ACTIONS)[number]
