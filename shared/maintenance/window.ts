/** The days of the week by which a window is ordered, in the order of `Date.getUTCDay`. */
export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** When Weir may begin by itself what is not urgent: once a week, in UTC, which knows no summer time. */
export interface MaintenanceWindow {
  readonly day: (typeof WEEKDAYS)[number]
  /** `HH:MM` */
  readonly startTime: string
  readonly durationHours: number
}

/** One occurrence of a window, in milliseconds since the epoch; the end does not belong to it. */
export interface Occurrence {
  readonly start: number
  readonly end: number
}

/** The window of a cluster that was ordered without one: the night from Saturday to Sunday in Europe and America. */
export const DEFAULT_WINDOW: MaintenanceWindow = { day: 'Sun', startTime: '03:00', durationHours: 4 }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const WEEK = 7 * 24 * HOUR

/** A Sunday at midnight, UTC: the epoch itself was a Thursday. */
const A_SUNDAY = 3 * 24 * HOUR

/** The occurrence that is open at a time, or else the next one after it. */
export function windowFrom(window: MaintenanceWindow, at: number): Occurrence {
  const last = lastStart(window, at)
  const length = window.durationHours * HOUR
  const start = at < last + length ? last : last + WEEK
  return { start, end: start + length }
}

/** The occurrence that is open at a time, if one is. */
export function openWindow(window: MaintenanceWindow, at: number): Occurrence | undefined {
  const found = windowFrom(window, at)
  return found.start <= at ? found : undefined
}

/** The newest start at or before a time. */
function lastStart({ day, startTime }: MaintenanceWindow, at: number): number {
  const [hours = 0, minutes = 0] = startTime.split(':').map(Number)
  const first = A_SUNDAY + WEEKDAYS.indexOf(day) * 24 * HOUR + hours * HOUR + minutes * MINUTE
  return first + Math.floor((at - first) / WEEK) * WEEK
}
