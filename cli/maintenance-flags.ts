import { type Command, InvalidArgumentError } from 'commander'
import type { Cluster } from '../shared/contract/cluster.ts'

type Window = Cluster['maintenanceWindow']

/** What turns something off, where its value would stand. */
const OFF = 'off'

/** How volumes grow by themselves, as the command line orders it. */
export type OrderedAutoscaling = Readonly<Record<string, number | null>> | typeof OFF

/** The same in the body of a request. */
export function autoscalingField(ordered: OrderedAutoscaling | undefined): object | null | undefined {
  return ordered === OFF ? null : ordered
}

const AUTOSCALING_FIELDS = new Map([
  ['planned', 'plannedAtPercent'],
  ['emergency', 'emergencyAtPercent'],
  ['limit', 'limitGiB'],
])

/** Reads `planned=80,emergency=90,limit=2000GiB`, each part of it on its own or `off`. Whether it may be so, the API says. */
export function diskAutoscaling(text: string): OrderedAutoscaling {
  if (text === OFF) return OFF
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', value = ''] = part.trim().split('=')
      const field = AUTOSCALING_FIELDS.get(name)
      const number = value.replace(/(%|GiB)$/u, '')
      if (field === undefined || !(value === OFF || /^\d{1,9}$/u.test(number)))
        throw new InvalidArgumentError('It must be planned=PERCENT,emergency=PERCENT,limit=SIZE in GiB, or off.')
      return [field, value === OFF ? null : Number(number)]
    }),
  )
}

/** Reads `Sun 03:00 4h`. */
export function maintenanceWindow(text: string): Readonly<Record<string, unknown>> {
  const [day, startTime, duration, ...more] = text.trim().split(/\s+/u)
  const hours = /^(\d{1,2})h$/u.exec(duration ?? '')?.[1]
  if (hours === undefined || more.length > 0)
    throw new InvalidArgumentError('It must be a day, a time in UTC and a length: "Sun 03:00 4h".')
  return { day, startTime, durationHours: Number(hours) }
}

/** The flags of both, wherever a cluster is ordered or changed. */
export function withMaintenanceFlags(command: Command): Command {
  return command
    .option(
      '--disk-autoscaling <planned=%,emergency=%,limit=GiB>',
      'volumes grow by themselves: in the maintenance window, at once, to the limit ("off": they do not)',
      diskAutoscaling,
    )
    .option('--maintenance-window <day time hours>', 'in UTC, such as "Sun 03:00 4h"', maintenanceWindow)
}

/** A window as people write it. */
export function windowText({ day, startTime, durationHours }: Window): string {
  return `${day} ${startTime} UTC, ${durationHours} h`
}

/** How volumes grow by themselves, for people. */
export function autoscalingText(autoscaling: Cluster['diskAutoscaling']): string {
  if (!autoscaling) return OFF
  const { plannedAtPercent, emergencyAtPercent, limitGiB } = autoscaling
  return [
    ...(plannedAtPercent === undefined ? [] : [`at ${plannedAtPercent} % in the window`]),
    ...(emergencyAtPercent === undefined ? [] : [`at ${emergencyAtPercent} % at once`]),
    `to ${limitGiB} GiB at most`,
  ].join(', ')
}
