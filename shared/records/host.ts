import type { DesiredHost } from '../host-protocol/desired.ts'
import type { HostReport } from '../host-protocol/report.ts'

/**
 * What a workflow waits for on a host. `Launched`: everything up to and including the start of Kafka is done. `Grown`: the
 * same, and its file system has the desired size.
 */
export type HostCondition = 'Launched' | 'Running' | 'Stopped' | 'Grown'

/** A parked workflow: its task token stays here and never reaches a host. */
export interface HostWait {
  readonly taskToken: string
  readonly operationId: string
  readonly step: string
  readonly condition: HostCondition
  readonly revision: number
}

/** The machine behind a broker: what it shall be, what it was last seen to be, and who may speak for it. */
export interface HostRecord {
  readonly nodeId: number
  /** Of the agent process that attached last; 0 before the first. Older ones are refused. */
  readonly generation: number
  readonly bootId?: string
  readonly instanceId?: string
  readonly volumeId?: string
  readonly address?: string
  readonly desired?: DesiredHost
  readonly observed?: HostReport
  readonly reportedAt?: string
  readonly wait?: HostWait
  /** The operation that the newest restart was written for: it never restarts this host again. */
  readonly restartedFor?: string
  /** Which machine of the node this is, counted from 1: it grows with each replacement. */
  readonly incarnation?: number
  /** The operation that replaced the machine last: it never replaces the new one again. */
  readonly replacedFor?: string
}
