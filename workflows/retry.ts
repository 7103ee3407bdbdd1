import type { Retrier } from './workflow.ts'

/**
 * The time limit of a whole execution: a last resort far beyond the sum of its waits and an outage of the control plane
 * among them, because an execution that the limit ends cannot record its failure and would leave its cluster in between.
 */
export const EXECUTION_LIMIT_SECONDS = 604_800

/** Failures of the platform and of the step's own world that pass by themselves. */
const PASSING = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  // The function's process died, by its newer and its older name.
  'Runtime.ExitError',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'STORE_CONTENTION',
  'KAFKA_UNAVAILABLE',
  'INTERNAL',
] as const

/** Six tries with doubled, jittered pauses from 1 s: about a minute in all. */
const SIX_TRIES = {
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 20,
  MaxAttempts: 6,
  JitterStrategy: 'FULL',
} as const

/** What every call of a step is tried again for; a call of which nobody ever hears again is one more such failure. */
export const RETRY_TRANSIENT: readonly Retrier[] = [{ ErrorEquals: [...PASSING, 'States.Timeout'], ...SIX_TRIES }]

/**
 * The longest pause between two looks at a thing that takes its time. It is reached after three minutes of waiting; from then on
 * an hour costs the history 180 events, so that a roll of the largest cluster stays below the service's limit of 25,000.
 */
const LONGEST_PAUSE_SECONDS = 40

const FIRST_PAUSE_SECONDS = 1
const PAUSE_GROWTH = 1.5

/** How long one call of a polling step looks by itself before it gives the word back to the workflow, in seconds. */
export const POLL_CALL_SECONDS = 20

/**
 * A bounded poll: the step looks for up to POLL_CALL_SECONDS and then fails with NOT_YET; it is called again after a
 * pause that grows, until `withinSeconds` have gone by. Each further round costs the history three events. The pauses are not by
 * chance: a poll asks one cluster's Kafka, which nobody else waits for, and its rounds are to fill the time it was given.
 */
export function pollWithin(withinSeconds: number): readonly Retrier[] {
  return [notYetWithin(withinSeconds), ...RETRY_TRANSIENT]
}

function notYetWithin(withinSeconds: number): Retrier {
  return {
    ErrorEquals: ['NOT_YET'],
    IntervalSeconds: FIRST_PAUSE_SECONDS,
    BackoffRate: PAUSE_GROWTH,
    MaxDelaySeconds: LONGEST_PAUSE_SECONDS,
    MaxAttempts: roundsWithin(withinSeconds),
  }
}

/** How often it is asked again until the calls and the pauses between them have filled the time. */
function roundsWithin(withinSeconds: number): number {
  let rounds = 0
  let pause = FIRST_PAUSE_SECONDS
  for (let filled = POLL_CALL_SECONDS; filled < withinSeconds; rounds++) {
    filled += pause + POLL_CALL_SECONDS
    pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_SECONDS)
  }
  return Math.max(1, rounds)
}

/** How long one call that moves replicas looks on, in seconds: brokers shall not run out of moves between two calls. */
export const MOVES_CALL_SECONDS = 60

/** The pause between two such calls: with it a whole execution's time of moving costs the history less than 25,000 events. */
export const MOVES_PAUSE_SECONDS = 20

/** Moves go on for as long as an execution may last; the step itself refuses to go on where they come no further. */
export const POLL_MOVES: readonly Retrier[] = [
  {
    ErrorEquals: ['NOT_YET'],
    IntervalSeconds: MOVES_PAUSE_SECONDS,
    BackoffRate: 1,
    MaxAttempts: Math.floor(EXECUTION_LIMIT_SECONDS / (MOVES_CALL_SECONDS + MOVES_PAUSE_SECONDS)),
  },
  ...RETRY_TRANSIENT,
]

/**
 * Capacity comes back when others give machines up: about ten minutes of trying before the operation fails. The nodes of a
 * cluster, and whoever else wants machines, miss it in the same moment, so the pauses are by chance, on average half of these.
 */
export const RETRY_NO_CAPACITY: Retrier = {
  ErrorEquals: ['NO_CAPACITY'],
  IntervalSeconds: 30,
  BackoffRate: 1.5,
  MaxDelaySeconds: 120,
  MaxAttempts: 12,
  JitterStrategy: 'FULL',
}

/** The same for what is being made, too: a fleet looks for up to half a minute in each call and then says NOT_YET. */
export const RETRY_CAPACITY: readonly Retrier[] = [
  {
    ErrorEquals: ['NOT_YET'],
    IntervalSeconds: 4,
    BackoffRate: 1.5,
    MaxDelaySeconds: 20,
    MaxAttempts: 20,
    JitterStrategy: 'FULL',
  },
  RETRY_NO_CAPACITY,
  ...RETRY_TRANSIENT,
]

/**
 * What is still there costs money: removals are tried for about an hour before a person is told. Where the deployment has no
 * fleet at all, trying again does not help.
 */
export const RETRY_REMOVAL: readonly Retrier[] = [
  { ErrorEquals: ['NOT_PROVIDED'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 0 },
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    MaxAttempts: 60,
    JitterStrategy: 'FULL',
  },
]

/**
 * A host that fell silent, or a control plane that was down for longer than the host's heartbeat allows: the wait is
 * begun anew, which finds the host where it is by now. The end of the whole wait (`States.Timeout`) is final.
 */
export const RETRY_HOST_WAIT: readonly Retrier[] = [
  { ErrorEquals: ['States.HeartbeatTimeout'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
  { ErrorEquals: PASSING, ...SIX_TRIES },
]

/** For a wait that is not begun anew: whoever does not say in time that it has stopped is switched off. */
export const RETRY_BEFORE_PARK: readonly Retrier[] = [{ ErrorEquals: PASSING, ...SIX_TRIES }]

/** The same for a step that parks only once its gates are open, which are asked for so long. */
export function gatedHostWait(gatesWithinSeconds: number): readonly Retrier[] {
  return [notYetWithin(gatesWithinSeconds), ...RETRY_HOST_WAIT]
}
