import type { Clock } from '../../shared/ports/clock.ts'
import type { Ids } from '../../shared/ports/ids.ts'
import { ID_PREFIXES } from '../../shared/records/ids.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function base32(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let index = 0; index < length; index++) {
    text = (CROCKFORD[rest % 32] ?? '0') + text
    rest = Math.floor(rest / 32)
  }
  return text
}

/** Ids that are the same in every run: the clock's time and a counter. They sort as the real ones do. */
export interface DeterministicIds extends Ids {
  /** How often the counter was drawn from. */
  drawn(): number
}

/** Ids behind those that were drawn before. */
export function deterministicIds(clock: Pick<Clock, 'now'>, drawn = 0): DeterministicIds {
  let count = drawn
  const next = () => ++count
  return {
    drawn: () => count,
    next: (kind) => `${ID_PREFIXES[kind]}_${base32(clock.now(), 10)}${base32(next(), 16)}`,
    kafkaClusterUuid: () => `k${base32(next(), 21)}`,
    password: () => `password${base32(next(), 24)}`,
    bytes: (length) => Uint8Array.from({ length }, () => next() % 256),
  }
}
