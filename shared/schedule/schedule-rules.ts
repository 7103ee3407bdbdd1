import type { Violation } from '../errors/domain-error.ts'
import { type PowerSchedule, readMoment } from './due.ts'

/** The rule of an order with a schedule: what is stopped and started at one moment of the week is never stopped. */
export function scheduleViolations({
  schedule,
}: {
  readonly schedule?: PowerSchedule | undefined
}): readonly Violation[] {
  const [stop, start] = [schedule && readMoment(schedule.stop), schedule && readMoment(schedule.start)]
  if (!stop || !start || stop.minutes !== start.minutes || stop.days.isDisjointFrom(start.days)) return []
  return [
    {
      pointer: '/schedule/start',
      rule: 'start_differs_from_stop',
      detail: 'must not be a moment at which the cluster is stopped',
    },
  ]
}
