import { KAFKA_VERSIONS, type KafkaVersion } from './kafka-versions.ts'

/** Whether a release is supported, in the order in which a release goes through them; the words are public. */
export const SUPPORT_STATES = ['Supported', 'EndsSoon', 'Ended'] as const
export type SupportState = (typeof SUPPORT_STATES)[number]

/** How long before the end of support a release is warned about: time to plan, test and carry out an upgrade. */
export const END_OF_SUPPORT_WARNING_DAYS = 180

const DAY_MILLISECONDS = 86_400_000

/** Until when a release is supported, to the end of that day, and how that stands at a time (milliseconds since the epoch). */
export interface Support {
  readonly until: string
  readonly state: SupportState
}

/** The support of a release as it stands now. */
export function supportOf(version: KafkaVersion, now: number): Support {
  const { supportedUntil: until } = KAFKA_VERSIONS[version]
  const lastDay = Date.parse(until)
  if (now >= lastDay + DAY_MILLISECONDS) return { until, state: 'Ended' }
  return { until, state: now > lastDay - END_OF_SUPPORT_WARNING_DAYS * DAY_MILLISECONDS ? 'EndsSoon' : 'Supported' }
}

/** What people should know of a release that is not simply supported. */
export function supportWarning(version: KafkaVersion, now: number): string | undefined {
  const { until, state } = supportOf(version, now)
  if (state === 'Supported') return undefined
  const how = state === 'Ended' ? `has not been supported since ${until}` : `is supported until ${until} only`
  return `Kafka ${version} ${how}: upgrade to a newer release.`
}
