import { createHash } from 'node:crypto'
import type { Clock } from '../../shared/ports/clock.ts'
import { compile } from './expression.ts'
import type { Random } from './random.ts'

/** The most items `$range` gives, the service's limit. */
const MAX_RANGE_ITEMS = 1000

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
])

/**
 * The functions that the service adds to JSONata, and those of JSONata that read the time or chance, bound to the ports.
 * `$now` and `$millis` show the clock as it was when the evaluation began, as in JSONata.
 */
export function builtInFunctions(clock: Clock, random: Random): Readonly<Record<string, unknown>> {
  const millis = clock.now()
  return {
    partition,
    range,
    hash,
    parse,
    random: () => random.number(),
    uuid: () => random.uuid(),
    millis: () => millis,
    now: (picture?: unknown, timezone?: unknown) =>
      compile('$fromMillis($millis, $picture, $timezone)').evaluate(undefined, { millis, picture, timezone }),
    shuffle: (items: unknown) => (items === undefined ? undefined : shuffled(list('$shuffle', items), random)),
  }
}

function partition(items: unknown, size: unknown): unknown[][] {
  const all = list('$partition', items)
  const chunk = integer('$partition', size)
  if (chunk < 1) throw new Error('$partition needs a chunk size of at least 1')
  return Array.from({ length: Math.ceil(all.length / chunk) }, (_, index) =>
    all.slice(index * chunk, (index + 1) * chunk),
  )
}

function range(start: unknown, end: unknown, step: unknown): number[] {
  const first = integer('$range', start)
  const last = integer('$range', end)
  const by = integer('$range', step)
  if (by === 0) throw new Error('$range needs a step other than 0')
  const length = Math.max(0, Math.floor((last - first) / by) + 1)
  if (length > MAX_RANGE_ITEMS) throw new Error(`$range gives at most ${MAX_RANGE_ITEMS} items`)
  return Array.from({ length }, (_, index) => first + index * by)
}

function hash(data: unknown, algorithm: unknown): string {
  const name = typeof algorithm === 'string' ? HASHES.get(algorithm) : undefined
  if (name === undefined) throw new Error(`$hash knows ${[...HASHES.keys()].join(', ')}`)
  if (typeof data !== 'string') throw new Error('$hash takes a string')
  return createHash(name).update(data).digest('hex')
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') throw new Error('$parse takes a string')
  return JSON.parse(text)
}

function shuffled(items: readonly unknown[], random: Random): unknown[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random.number() * (last + 1))
    const kept = result[last]
    result[last] = result[other]
    result[other] = kept
  }
  return result
}

function list(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} takes an array`)
  return value
}

function integer(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error(`${name} takes whole numbers`)
  return value
}
