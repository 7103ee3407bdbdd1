import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import type { PreflightVerdict } from '../../../shared/host-protocol/report.ts'
import type { NodeRef } from '../../../shared/ports/hosts.ts'
import type { Volume } from './saved-fleet.ts'

/** A machine of the simulated world with its volume, its address, and perhaps a Kafka process. */
export interface Machine {
  readonly node: NodeRef
  readonly instanceId: string
  readonly volumeId: string
  readonly address: string
  /** The size of the volume, as the cloud has it now. */
  readonly volumeGiB: () => number
  /** How much of it tenants' records take. */
  readonly usedGiB: () => number
  /** The size of the file system on it, which its agent grows. */
  fileSystemGiB: number
  /** Since when this boot of it runs, and which one that is, counted from 1. */
  switchedOnAt: number
  boots: number
  /** Aborts when the machine ends, whoever ended it, at `offAt`. */
  readonly off: AbortController
  offAt: number | undefined
  /** Until when its network reaches the tenants but not the control plane. */
  silentUntil: number
  /** What its Kafka was started with, while a process runs or is tried again. */
  kafka: KafkaProcess | undefined
  /** What the agent that runs on it remembers. */
  agent: AgentMemory | undefined
}

/** A machine at a moment: all but its power and what belongs to its volume. */
export type SavedMachine = Omit<Machine, 'off' | 'volumeGiB' | 'usedGiB'>

/** What an agent knows, so that it can go on in another world. */
export interface AgentMemory {
  generation: number | undefined
  desired: DesiredHost | undefined
  observedRevision: number
  preflight: PreflightVerdict | undefined
  /** When it looks again what is to be done. */
  nextPassAt: number
}

/** A Kafka process, or the supervisor's latest attempt at one. */
export interface KafkaProcess {
  readonly desired: DesiredHost
  startedAt: number
  /** Ends in a row without serving in between. */
  exitCount: number
  /** Whether it answers on its listeners and takes part in elections. */
  isUp: boolean
  /** Since when it is. */
  upAt: number | undefined
  /** Since when its node does not serve, and who made it so: we by a wish, or fate. */
  readonly downSince: number
  readonly downBy: 'us' | 'fate'
  /** Its broker was unregistered while it ran: it serves no more until it is started again. */
  unregistered: boolean
  /** When it was asked to end, and when it was let go, which takes a quorum. */
  stopAskedAt?: number
  letGoAt?: number
}

/** A process that is being started on a node that serves nobody since `downSince`. */
export function startingProcess(
  desired: DesiredHost,
  startedAt: number,
  downBy: KafkaProcess['downBy'],
  downSince = startedAt,
): KafkaProcess {
  return { desired, startedAt, exitCount: 0, isUp: false, upAt: undefined, downSince, downBy, unregistered: false }
}

/** The name of a node in the whole world. */
export function nodeName({ tenantId, clusterId, nodeId }: NodeRef): string {
  return `${tenantId}/${clusterId}/${nodeId}`
}

/** The name of the boot that runs. */
export function bootIdOf({ instanceId, boots }: Machine): string {
  return `${instanceId}/${boots}`
}

/** A machine that is switched on for the first time. */
export function newMachine(
  names: Pick<Machine, 'node' | 'instanceId' | 'volumeId' | 'address'>,
  now: number,
): SavedMachine {
  return {
    ...names,
    fileSystemGiB: 0,
    switchedOnAt: now,
    boots: 1,
    offAt: undefined,
    silentUntil: 0,
    kafka: undefined,
    agent: undefined,
  }
}

/** A machine with its power, and its volume among these. */
export function machineOf(saved: SavedMachine, volumes: ReadonlyMap<string, Volume>): Machine {
  const off = new AbortController()
  if (saved.offAt !== undefined) off.abort(new Error(`machine ${saved.instanceId} is off`))
  const volume = () => volumes.get(saved.volumeId)
  return { ...saved, off, volumeGiB: () => volume()?.sizeGiB ?? 0, usedGiB: () => volume()?.usedGiB ?? 0 }
}

/** A machine as it is now; throws where nobody could go on with it, because it boots. */
export function savedMachine({ off, volumeGiB, usedGiB, ...machine }: Machine): SavedMachine {
  if (!off.signal.aborted && !machine.agent) throw new Error(`machine ${machine.instanceId} boots`)
  return machine
}

/** Tells whether a machine is switched on. */
export function isOn(machine: Machine): boolean {
  return !machine.off.signal.aborted
}
