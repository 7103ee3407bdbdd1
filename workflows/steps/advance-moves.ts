import { DomainError } from '../../shared/errors/domain-error.ts'
import { afterTwoLooks, type JudgedMoves, judgeMoves } from '../../shared/planner/rebalance/judge-moves.ts'
import { nameOf } from '../../shared/planner/rebalance/layout-of.ts'
import { progressAfter } from '../../shared/planner/rebalance/progress.ts'
import { raisedThrottle, toMiB } from '../../shared/planner/rebalance/throttle.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { beginMoves } from '../begin-moves.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { incomingBytesPerSecond, type Measurement, measureMoves } from '../measure-moves.ts'
import { asMover, assertMover, brokersInvolved, noteProgress, operationMoves } from '../moves.ts'
import { operationOf } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { MOVES_CALL_SECONDS } from '../retry.ts'
import { defineStep } from '../step.ts'

/** From one look at Kafka to the next: it reads all partitions each time. */
const LOOK_INTERVAL_MILLISECONDS = 2000

/** How often brokers are asked for sizes, which they read off their directories, and the progress is written. */
const MEASURE_EVERY_MILLISECONDS = 10_000

/** Moves that come no further for so long are given up; as long as anything is copied there is no limit. */
const STALLED_SECONDS = 1800

/** While anything is copied, the operation's deadline is at least this far away. */
const DEADLINE_AHEAD_MINUTES = 120

/**
 * Keeps moves under way until all are done. What is where is asked of Kafka each time: a broker that restarts, a topic that is
 * deleted or made, or a partition that somebody else has placed meanwhile ends nothing. A wish to cancel is heeded at once, one to pause when
 * what is under way has ended; nothing is begun meanwhile.
 */
export const advanceMoves = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { target, moves, progress: found } = await operationMoves(ports, input)
    let progress = found
    let verdict: 'Done' | 'Pause' | 'Cancel' | undefined
    let last: { readonly judged: JudgedMoves; readonly measurement: Measurement } | undefined
    let notedAt = Number.NEGATIVE_INFINITY
    let throttled: Map<string, string> | undefined
    let hindrance: string | undefined
    let elsewhere: ReadonlySet<string> = new Set()
    await pollOneCall(ports, look, LOOK_INTERVAL_MILLISECONDS, MOVES_CALL_SECONDS)
    return { verdict: verdict ?? 'Done' }

    async function look(): Promise<string | undefined> {
      await assertMover(ports, input)
      const missing = await lookAtKafka(lookAround)
      if (verdict !== undefined) return undefined
      if (missing !== undefined && isDue()) await note(undefined, undefined)
      if (progress.idleSeconds >= STALLED_SECONDS) throw stalled(missing)
      return missing ?? leftText()
    }

    async function lookAround(): Promise<string | undefined> {
      const [topics, moving] = await Promise.all([ports.kafka.topics(target), ports.kafka.reassignments(target)])
      const seen = judgeMoves(moves, topics, moving)
      const judged = afterTwoLooks(seen, elsewhere)
      elsewhere = new Set(seen.passedOver.map(nameOf))
      const { inFlight, waiting } = judged
      const { control } = await operationOf(ports, input)
      verdict = verdictOf(judged, control)
      if (verdict === undefined && throttled === undefined) await ensureThrottles()
      if (verdict === undefined && throttled && waiting.length > 0 && control === undefined) {
        const { throttleBytesPerSecond } = progress
        hindrance = await beginMoves(ports, input, { target, waiting, inFlight, throttleBytesPerSecond, throttled })
      }
      if (verdict !== undefined || isDue()) await note(judged, await measureMoves(ports, target, inFlight, topics))
      return undefined
    }

    /** Somebody may have taken them away: whoever found an attempt of this operation that had died. */
    async function ensureThrottles(): Promise<void> {
      await setThrottle(progress.throttleBytesPerSecond)
      throttled = new Map((await ports.kafka.topicsWithThrottles(target)).map((topic) => [topic, '']))
    }

    function setThrottle(bytesPerSecond: number): Promise<void> {
      return asMover(ports, input, [], () =>
        ports.kafka.throttleBrokers(target, brokersInvolved(moves), bytesPerSecond),
      )
    }

    function isDue(): boolean {
      return ports.clock.now() - notedAt >= MEASURE_EVERY_MILLISECONDS
    }

    async function note(judged: JudgedMoves | undefined, measurement: Measurement | undefined): Promise<void> {
      notedAt = ports.clock.now()
      const before = progress
      progress = progressAfter(before, judged, measurement?.measured ?? [], timestamp(ports))
      const incoming = last && measurement ? incomingBytesPerSecond(last.measurement, measurement) : 0
      if (judged && measurement) last = { judged, measurement }
      const wanted = raisedThrottle(before, progress, incoming)
      if (wanted > progress.throttleBytesPerSecond && judged && judged.inFlight.length > 0) await raise(wanted)
      await noteProgress(ports, input, progress)
      const [other] = judged?.passedOver ?? []
      if (other) await warn(LEFT, `${progress.passedOver} of them, ${nameOf(other)} among them.`)
      if (progress.idleSeconds === 0) await postponeDeadline()
    }

    async function raise(throttleBytesPerSecond: number): Promise<void> {
      await setThrottle(throttleBytesPerSecond)
      progress = { ...progress, throttleBytesPerSecond }
      await warn(RAISED, `${toMiB(throttleBytesPerSecond)} MiB/s, because clients write as fast as was copied.`)
    }

    async function warn(beginning: string, rest: string): Promise<void> {
      const warning = `${beginning} ${rest}`
      await changeCluster(ports, input, (draft) => {
        const { warnings } = draft.operation()
        if (warnings.includes(warning)) return
        draft.setOperation({ warnings: [...warnings.filter((told) => !told.startsWith(beginning)), warning] })
      })
    }

    async function postponeDeadline(): Promise<void> {
      const until = ports.clock.now() + DEADLINE_AHEAD_MINUTES * 60_000
      const { deadlineAt } = await operationOf(ports, input)
      if (Date.parse(deadlineAt) >= until - (DEADLINE_AHEAD_MINUTES / 2) * 60_000) return
      await changeCluster(ports, input, (draft) => draft.setOperation({ deadlineAt: new Date(until).toISOString() }))
    }

    function leftText(): string {
      const { partitionsDone, partitionsTotal, passedOver } = progress
      const why = hindrance === undefined ? '' : ` ${hindrance}`
      return `${partitionsTotal - partitionsDone - passedOver} of ${partitionsTotal} partitions are left to move.${why}`
    }

    function stalled(missing: string | undefined): DomainError {
      const [first] = last?.judged.inFlight ?? []
      const which = first ? ` ${nameOf(first)} is among those under way.` : ''
      const minutes = Math.floor(progress.idleSeconds / 60)
      return new DomainError(
        'MOVES_STALLED',
        `Nothing was copied for ${minutes} minutes.${which} ${missing ?? leftText()}`,
      )
    }
  },
})

/** How the warnings begin: there is one of each at most. */
const RAISED = 'The throttle was raised to'
const LEFT = 'Partitions that somebody else has placed meanwhile were left where they are:'

function verdictOf(
  { inFlight, waiting }: JudgedMoves,
  control: 'Pause' | 'Cancel' | undefined,
): 'Done' | 'Pause' | 'Cancel' | undefined {
  if (inFlight.length === 0 && waiting.length === 0) return 'Done'
  if (control === 'Cancel') return 'Cancel'
  return control === 'Pause' && inFlight.length === 0 ? 'Pause' : undefined
}
