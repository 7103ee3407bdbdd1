import type { AgentParts } from './agent.ts'
import type { Machine } from './machine.ts'

/** A broker asks to go with one heartbeat and is let go with the answer to the next at the latest (`broker.heartbeat.interval.ms`). */
const HEARTBEAT_MILLISECONDS = 2000
/** From there until its controller part has ended, too, and votes no more. */
const REST_MILLISECONDS = 500
/** How long Kafka waits where there is no quorum to let it go (`BrokerServer.shutdown`). */
const IN_VAIN_MILLISECONDS = 300_000

/**
 * Asks Kafka to end when the moment has come. A node that is broker and controller takes a quorum to be let go; all others have one while they stop, or
 * need none, and end at once.
 */
export function stopKafka(machine: Machine, stopAt: string | undefined, now: number): void {
  const { kafka } = machine
  if (kafka?.isUp && stopAt !== undefined && Date.parse(stopAt) > now) return
  if (kafka?.isUp && kafka.desired.roles.length > 1) kafka.stopAskedAt ??= now
  else machine.kafka = undefined
}

/** Lets a Kafka that was asked to end come as far as it is by now. */
export function advanceStop(machine: Machine, { clock, isServing }: Pick<AgentParts, 'clock' | 'isServing'>): void {
  const { kafka } = machine
  if (kafka?.stopAskedAt === undefined) return
  const now = clock.now()
  if (now >= kafka.stopAskedAt + HEARTBEAT_MILLISECONDS && isServing(machine)) kafka.letGoAt ??= now
  const endsAt = Math.min(
    kafka.stopAskedAt + IN_VAIN_MILLISECONDS,
    (kafka.letGoAt ?? Number.POSITIVE_INFINITY) + REST_MILLISECONDS,
  )
  if (now >= endsAt) machine.kafka = undefined
}

/** When something of its stop happens next. */
export function nextOfStop({ kafka, agent }: Machine, now: number): number {
  const { stopAskedAt = Number.POSITIVE_INFINITY, letGoAt = Number.POSITIVE_INFINITY } = kafka ?? {}
  const { stopAt } = agent?.desired?.kafka ?? {}
  const moments = [
    stopAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(stopAt),
    stopAskedAt + HEARTBEAT_MILLISECONDS,
    letGoAt + REST_MILLISECONDS,
    stopAskedAt + IN_VAIN_MILLISECONDS,
  ]
  return Math.min(...moments.filter((moment) => moment > now))
}
