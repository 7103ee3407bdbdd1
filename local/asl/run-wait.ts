import type { Json } from '../../shared/ports/store.ts'
import type { WaitState } from './program.ts'
import { type Exit, evaluateField, evaluationFailure, leave, type Visit } from './run.ts'
import { isSeconds, isTimestamp } from './state-fields.ts'

/** Waits until a time that is written down first, so that a restart in between does not begin the wait anew. */
export async function runWait(visit: Visit, state: WaitState): Promise<Exit> {
  const { log, clock } = visit.run
  const key = `${visit.attempt}/wake`
  if (log.get(key) === undefined) {
    const at = await wakeUpTime(visit, state)
    log.record(key, 'WaitScheduled', () => ({ at }))
  }
  const at = Number(log.get(key)?.details.at)
  if (at > clock.now()) await clock.sleep(at - clock.now(), visit.frame.signal)
  return { ...(await leave(visit, state, {}, visit.input)), next: state.Next }
}

async function wakeUpTime(visit: Visit, { Seconds, Timestamp }: WaitState): Promise<number> {
  if (Seconds !== undefined) {
    const seconds = await evaluateField(visit, 'Seconds', Seconds)
    if (isSeconds(seconds, 0)) return visit.enteredAt + seconds * 1000
    throw evaluationFailure(visit, 'Seconds', `The field 'Seconds' must be a whole number, not ${shown(seconds)}.`)
  }
  const timestamp = await evaluateField(visit, 'Timestamp', Timestamp ?? null)
  if (typeof timestamp === 'string' && isTimestamp(timestamp)) return Date.parse(timestamp)
  throw evaluationFailure(visit, 'Timestamp', `The field 'Timestamp' must be a time, not ${shown(timestamp)}.`)
}

function shown(value: Json): string {
  return JSON.stringify(value)
}
