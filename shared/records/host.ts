import type { DesiredHost } from '../host-protocol/desired.ts'
import type { HostReport } from '../host-protocol/report.ts'

/**
 * What a workflow waits for on a host. `Launched`: everything up to and including the start of Kafka is done. `Grown`: the
 * same, and its file system has the desired size. `Rebooted`: Kafka runs, in another boot than the one that shall be over.
 * `Preflighted`: Kafka's own check takes the candidate configuration, of the candidate release where there is one.
 */
export type HostCondition = 'Launched' | 'Running' | 'Stopped' | 'Grown' | 'Rebooted' | 'Preflighted'

/** A parked workflow: its task token stays here and never reaches a host. */
export interface HostWait {
  readonly taskToken: string
  readonly operationId: string
  readonly attempt: number
  readonly step: string
  /** When that step was called for the first time in the attempt: of two steps of a node the later one waits. */
  readonly began?: string
  readonly condition: HostCondition
  readonly revision: number
  /** When the attempt began: what the host had said before does not make it fail. */
  readonly since: string
}

/** What is known of a data volume that was lost, until Kafka has been started on the one that took its place. */
export interface EmptyVolume {
  /** Of the operation and attempt that found it so: each fences the machine, and starts Kafka on what is empty, once. */
  readonly mark: string
  /** What became of the volume, in a sentence for people. */
  readonly reason: string
  /** `Lost`: it is still to be removed. `Empty`: there is a new one. `Started`: Kafka was told to start on that. */
  readonly state: 'Lost' | 'Empty' | 'Started'
  /** Since when this attempt has waited for the guards. */
  readonly closedSince?: string
}

/** How far a node had come when it last came any further on its way to being in sync. */
export interface CatchingUp {
  /** Of the operation and attempt that waits for it. */
  readonly mark: string
  readonly at: string
  /** Partitions that it was behind on; absent where it was not registered. */
  readonly behindOn?: number
  readonly usableBytes?: number
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
  /** The longest until it hears of a wish while its cluster rests, in seconds; that follows from how its questions are answered. */
  readonly hearsWithinSeconds?: number
  /** Since when every report has told of the same problem, while it does. */
  readonly problemSince?: string
  readonly wait?: HostWait
  /** The operation (or its mark) that the newest restart was written for: it never restarts this host again. */
  readonly restartedFor?: string
  /** Which machine of the node this is, counted from 1: it grows with each replacement. */
  readonly incarnation?: number
  /** The operation that replaced the machine last: it never replaces the new one again. */
  readonly replacedFor?: string
  /** Which data volume of the node this is, counted from 1: it grows when an empty one takes the place of a lost one. */
  readonly volumeIncarnation?: number
  /** While it is there and not `Started`, nothing is started on this host. */
  readonly emptyVolume?: EmptyVolume
  readonly catchingUp?: CatchingUp
}
