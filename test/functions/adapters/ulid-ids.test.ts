import { describe, expect, test } from 'vitest'
import { ulidIds } from '../../../functions/adapters/ulid-ids.ts'
import { ID_PREFIXES, type IdKind, idPattern } from '../../../shared/records/ids.ts'

const kinds = Object.keys(ID_PREFIXES) as IdKind[]

describe('ids', () => {
  test.each(kinds)('match the pattern of their kind: %s', (kind) => {
    expect(ulidIds({ now: () => 1_750_000_000_000 }).next(kind)).toMatch(idPattern(kind))
  })

  test('sort by the time of the clock', () => {
    let now = 1_750_000_000_000
    const ids = ulidIds({ now: () => now++ })
    const made = Array.from({ length: 100 }, () => ids.next('event'))
    expect(made.toSorted()).toEqual(made)
  })

  test('sort by the order in which they were made within one millisecond, and when the clock goes back', () => {
    let now = 1_750_000_000_000
    const ids = ulidIds({ now: () => now })
    const made = Array.from({ length: 1000 }, () => ids.next('event'))
    now -= 5000
    made.push(...Array.from({ length: 1000 }, () => ids.next('event')))
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(2000)
  })

  test('of two processes that start in the same millisecond differ', () => {
    const clock = { now: () => 1_750_000_000_000 }
    expect(ulidIds(clock).next('cluster')).not.toBe(ulidIds(clock).next('cluster'))
  })
})

describe('secrets', () => {
  const ids = ulidIds({ now: () => 0 })

  test('Kafka cluster ids are random UUIDs of version 4 in 22 characters without a leading hyphen', () => {
    for (let count = 0; count < 2000; count++) {
      const text = ids.kafkaClusterUuid()
      expect(text).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
      const bytes = Buffer.from(text, 'base64url')
      expect(bytes).toHaveLength(16)
      expect((bytes[6] ?? 0) >> 4).toBe(4)
    }
  })

  test('passwords are 32 letters and digits, every one of which occurs', () => {
    const passwords = Array.from({ length: 200 }, () => ids.password())
    for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(new Set(passwords).size).toBe(200)
    expect(new Set(passwords.join('')).size).toBe(62)
  })

  test('bytes come in the number asked for and differ', () => {
    expect(ids.bytes(16)).toHaveLength(16)
    expect(ids.bytes(16)).not.toEqual(ids.bytes(16))
  })
})
