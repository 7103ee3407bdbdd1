import type { ErrorCode } from '../../shared/errors/catalogue.ts'
import type { StepName } from '../../workflows/steps/steps.ts'

/** How a call of a step goes wrong; everything about it that the rest of the world can tell. */
export const STEP_FAULT_KINDS = [
  /** The function dies before it has done anything. */
  'diesBefore',
  /** It dies right after its n-th effect on the world. */
  'diesAfterEffect',
  /** It does everything, and its answer is lost. */
  'replyLost',
  /** It is called twice at once. */
  'calledTwice',
  /** It is called a second time when the operation has long ended. */
  'calledAgainLater',
  /** It does everything and hangs until its own time limit. */
  'timesOut',
  /** It does everything and nobody ever hears of it again. */
  'neverAnswers',
  /** It hangs before its n-th effect past its time limit and then goes on where it was. */
  'stallsBeforeEffect',
] as const
export type StepFaultKind = (typeof STEP_FAULT_KINDS)[number]

/** A fault of a step's function, on one node or on the whole cluster. */
export interface StepFault {
  readonly kind: StepFaultKind
  readonly step: StepName
  readonly nodeId?: number
  /** Counted from 1, for the kinds that need it. */
  readonly effect?: number
  /** How many calls are hit, from the first on; one unless said. */
  readonly calls?: number
  /** How long a stalled call hangs, or when a late one comes. */
  readonly seconds?: number
}

/** The ports whose calls may be refused or lose their answers. */
export type FaultyPort = 'hosts' | 'names' | 'publicEntries' | 'kafka' | 'certificates' | 'workflows' | 'events'

/** A call of the world outside that fails. */
export interface PortFault {
  readonly port: FaultyPort
  readonly method: string
  readonly nodeId?: number
  /** Refused before it did anything, done with its answer lost, or answered as if done. */
  readonly when: 'refused' | 'answerLost' | 'neverDone'
  /** A code of the catalogue, or anything else that a network may throw. */
  readonly error: ErrorCode | 'ECONNRESET'
  readonly times: number
}

/** What is wrong with a machine; `nodeId` absent means every machine. */
export interface HostFault {
  readonly kind:
    | 'bootsSlowly'
    | 'neverBoots'
    | 'neverComesBack'
    | 'neverStops'
    | 'diesSuddenly'
    | 'agentRestarts'
    | 'processCrashLoops'
    | 'brokerNeverRegisters'
    | 'volumeFails'
    /** It says again and again that it cannot go on now, and may be able to later. */
    | 'isHeldUp'
    /** Any release but the one that clusters are ordered with ends at its start. */
    | 'newReleaseFails'
    /** Kafka's own check refuses to start any other release there. */
    | 'newReleaseRefused'
  readonly nodeId?: number
  /** From switching on. */
  readonly seconds?: number
}

/** How the feed of changes comes late, again, or both. */
export interface DeliveryFault {
  readonly delaySeconds?: number
  /** Each batch is handed on this many times. */
  readonly copies?: number
  /** Changes of different clusters and tenants overtake each other within a batch; those of one partition never do. */
  readonly shuffled?: boolean
}

/** The control plane's process dies right after its n-th effect (counted from 1 over all its lives). */
export interface DeathFault {
  readonly afterEffect: number
  readonly downSeconds?: number
}

/** All that goes wrong in one simulated world. */
export interface Faults {
  readonly steps?: readonly StepFault[]
  readonly ports?: readonly PortFault[]
  readonly hosts?: readonly HostFault[]
  readonly deaths?: readonly DeathFault[]
  readonly delivery?: DeliveryFault
  /** By how much the cloud's lists of what exists are behind. */
  readonly staleSeconds?: number
}

/** The faults that are still to come: each is used up by what it hits. */
export interface FaultPlan {
  readonly delivery: DeliveryFault
  readonly staleSeconds: number
  add(faults: Faults): void
  /** Nothing goes wrong any more. */
  stop(): void
  /** Nothing is wrong with hosts any more, and calls of the world outside are answered. */
  mendHosts(): void
  takeStep(step: StepName, nodeId: number | undefined): StepFault | undefined
  takePort(port: string, method: string, nodeId: number | undefined): PortFault | undefined
  takeDeath(effect: number): DeathFault | undefined
  host(kind: HostFault['kind'], nodeId: number): HostFault | undefined
}

/** A plan that begins with these faults. */
export function planFaults(faults: Faults = {}): FaultPlan {
  let steps: { readonly fault: StepFault; left: number }[] = []
  let ports: { readonly fault: PortFault; left: number }[] = []
  let hosts: HostFault[] = []
  let deaths = new Map<number, DeathFault>()
  let delivery: DeliveryFault = {}
  let staleSeconds = 0

  const add = (more: Faults) => {
    steps.push(...(more.steps ?? []).map((fault) => ({ fault, left: fault.calls ?? 1 })))
    ports.push(...(more.ports ?? []).map((fault) => ({ fault, left: fault.times })))
    hosts.push(...(more.hosts ?? []))
    for (const death of more.deaths ?? []) deaths.set(death.afterEffect, death)
    delivery = more.delivery ?? delivery
    staleSeconds = more.staleSeconds ?? staleSeconds
  }
  const take = <F>(list: readonly { readonly fault: F; left: number }[], fits: (fault: F) => boolean) => {
    const found = list.find(({ fault, left }) => left > 0 && fits(fault))
    if (found) found.left--
    return found?.fault
  }
  const isOf = (fault: { readonly nodeId?: number }, nodeId: number | undefined) =>
    fault.nodeId === undefined || fault.nodeId === nodeId
  add(faults)

  return {
    get delivery() {
      return delivery
    },
    get staleSeconds() {
      return staleSeconds
    },
    add,
    stop: () => {
      steps = []
      ports = []
      hosts = []
      deaths = new Map()
      delivery = {}
      staleSeconds = 0
    },
    mendHosts: () => {
      hosts = []
      ports = []
    },
    takeStep: (step, nodeId) => take(steps, (fault) => fault.step === step && isOf(fault, nodeId)),
    takePort: (port, method, nodeId) =>
      take(ports, (fault) => fault.port === port && fault.method === method && isOf(fault, nodeId)),
    takeDeath: (effect) => deaths.get(effect),
    host: (kind, nodeId) => hosts.find((fault) => fault.kind === kind && isOf(fault, nodeId)),
  }
}
