import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { commandLine } from '../../../local/check-stream/options.ts'
import { DEFAULT_PLAN } from '../../../local/check-stream/plan.ts'

const folder = mkdtempSync(join(tmpdir(), 'weir-check-stream-options-'))
const ca = join(folder, 'ca.pem')
writeFileSync(ca, 'the certificate')
afterAll(() => rmSync(folder, { recursive: true }))

const words = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
afterEach(() => words.mockClear())

const needed = ['--bootstrap', 'a:9092,b:9092', '--ca', ca, '--topics', 'one,two']
const user = { KAFKA_USER: 'ann', KAFKA_PASSWORD: 'secret' }

test('takes where, as whom and what, and the defaults for all else', () => {
  const { replicationFactor: _, ...defaults } = DEFAULT_PLAN
  expect(commandLine(needed, user)).toEqual({
    output: 'text',
    input: {
      ...defaults,
      ...{ bootstrapServers: ['a:9092', 'b:9092'], caCertificatePem: 'the certificate', topics: ['one', 'two'] },
      ...{ user: 'ann', password: 'secret' },
    },
  })
})

test('takes every other thing it can be told', () => {
  const line = commandLine(
    [
      ...[...needed, '--partitions', '3', '--producers', '2', '--rate', '0.5', '--message-bytes', '1000'],
      ...['--duration-seconds', '60', '--settle-seconds', '5', '--request-timeout-seconds', '10', '--output', 'json'],
      ...['--max-gap-seconds', '2.5', '--max-errors', '0', '--max-retriable-errors', '7'],
    ],
    user,
  )
  expect(line).toMatchObject({
    output: 'json',
    input: {
      ...{ partitions: 3, producers: 2, recordsPerSecond: 0.5, messageBytes: 1000 },
      ...{ durationSeconds: 60, settleSeconds: 5, requestTimeoutSeconds: 10 },
      ...{ maxGapSeconds: 2.5, maxErrors: 0, maxRetriableErrors: 7 },
    },
  })
})

test.for([
  ['without the authority', ['--bootstrap', 'a:1', '--topics', 'one'], '--ca'],
  [
    'with an authority that cannot be read',
    ['--bootstrap', 'a:1', '--topics', 'one', '--ca', '/none'],
    'cannot be read',
  ],
  ['without a topic', [...needed, '--topics', ','], 'at least one'],
  ['with no rate', [...needed, '--rate', '0'], 'above 0'],
  ['with half a partition', [...needed, '--partitions', '1.5'], 'whole number'],
  ['with a message too small for its number', [...needed, '--message-bytes', '10'], 'from 64 to 900000'],
  ['with a gap below 0', [...needed, '--max-gap-seconds', '-1'], '0 or more'],
  ['with a word instead of a number', [...needed, '--duration-seconds', 'long'], 'number'],
] as const)('refuses a command line %s, and says why', ([, args, reason]) => {
  expect(commandLine(args, user)).toEqual({ exitCode: 2 })
  expect(words.mock.calls.flat().join('')).toContain(reason)
})

test('refuses to go without a password, which is never an argument', () => {
  expect(commandLine(needed, { KAFKA_USER: 'ann' })).toEqual({ exitCode: 2 })
  expect(words.mock.calls.flat().join('')).toContain('KAFKA_PASSWORD')
})
