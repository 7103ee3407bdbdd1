import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import type { NodeRef } from '../../../shared/ports/hosts.ts'

/** A machine of the simulated world with its volume, its address, and perhaps a Kafka process. */
export interface Machine {
  readonly node: NodeRef
  readonly instanceId: string
  readonly volumeId: string
  readonly address: string
  /** The size of the volume, as the cloud has it now. */
  readonly volumeGiB: () => number
  /** The size of the file system on it, which its agent grows. */
  fileSystemGiB: number
  readonly switchedOnAt: number
  /** Aborts when the machine ends, whoever ended it. */
  readonly off: AbortController
  /** What its Kafka was started with, while a process runs or is tried again. */
  kafka: KafkaProcess | undefined
}

/** A Kafka process, or the supervisor's latest attempt at one. */
export interface KafkaProcess {
  readonly desired: DesiredHost
  startedAt: number
  exitCount: number
  /** Whether it answers on its listeners and takes part in elections. */
  isUp: boolean
  /** Since when it is. */
  upAt?: number
}

/** The name of a node in the whole world. */
export function nodeName({ tenantId, clusterId, nodeId }: NodeRef): string {
  return `${tenantId}/${clusterId}/${nodeId}`
}

/** Tells whether a machine is switched on. */
export function isOn(machine: Machine): boolean {
  return !machine.off.signal.aborted
}
