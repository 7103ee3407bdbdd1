import { WEEKDAYS } from '../maintenance/window.ts'

/** When a cluster is stopped and started by itself, each as `Mon-Fri 20:00` or `Sat,Sun 08:30`; in UTC, which knows no summer time. */
export interface PowerSchedule {
  readonly stop: string
  readonly start: string
}

/** What fell due, and when, in milliseconds since the epoch. */
export interface DuePower {
  readonly type: 'stopCluster' | 'startCluster'
  readonly at: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** One moment of the week: days of `Date.getUTCDay`, and minutes since midnight. */
interface Moment {
  readonly days: ReadonlySet<number>
  readonly minutes: number
}

const NAME = WEEKDAYS.join('|')
/** How a moment of the week is written. */
export const MOMENT_PATTERN = new RegExp(
  `^((?:${NAME})(?:-(?:${NAME}))?(?:,(?:${NAME})(?:-(?:${NAME}))?)*) ([01][0-9]|2[0-3]):([0-5][0-9])$`,
  'u',
)

/** Reads a moment of the week; nothing where it is not written as one. Ranges may go over the end of the week. */
export function readMoment(text: string): Moment | undefined {
  const [, list = '', hours, minutes] = MOMENT_PATTERN.exec(text) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  const days = new Set(list.split(',').flatMap(daysOf))
  return { days, minutes: Number(hours) * 60 + Number(minutes) }
}

function daysOf(range: string): readonly number[] {
  const names: readonly string[] = WEEKDAYS
  const [first = '', last = first] = range.split('-')
  const [from, to] = [names.indexOf(first), names.indexOf(last)]
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7)
}

/** The newest of what fell due until a time; of two at the same moment the start. Nothing where the schedule cannot be read. */
export function lastDue(schedule: PowerSchedule, at: number): DuePower | undefined {
  const due = (type: DuePower['type'], text: string): readonly DuePower[] => {
    const moment = readMoment(text)
    return moment ? [{ type, at: lastAt(moment, at) }] : []
  }
  const found = [...due('stopCluster', schedule.stop), ...due('startCluster', schedule.start)]
  return found.toSorted((a, b) => a.at - b.at).at(-1)
}

function lastAt({ days, minutes }: Moment, at: number): number {
  const today = Math.floor(at / DAY) * DAY
  for (let back = 0; back <= 7; back++) {
    const moment = today - back * DAY + minutes * MINUTE
    if (moment <= at && days.has(new Date(moment).getUTCDay())) return moment
  }
  throw new TypeError('a moment of the week has a day')
}
