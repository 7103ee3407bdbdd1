import { describe, expect, test } from 'vitest'
import { pinoLog } from '../../../functions/adapters/pino-log.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'

function capture(): { readonly stream: { write(line: string): void }; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  return { stream: { write: (line) => lines.push(JSON.parse(line)) }, lines }
}

describe('a log line', () => {
  test('is one JSON object with level, time, message, bindings and fields', () => {
    const { stream, lines } = capture()
    pinoLog({ requestId: 'req_1' }, { stream }).info('accepted', { clusterId: 'clu_1', brokers: 3 })
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        message: 'accepted',
        requestId: 'req_1',
        clusterId: 'clu_1',
        brokers: 3,
      },
    ])
  })

  test('carries the bindings of the narrowed log, and the wide one stays as it was', () => {
    const { stream, lines } = capture()
    const wide = pinoLog({ tenantId: 'acme' }, { stream })
    wide.with({ operationId: 'op_1' }).warn('slow')
    wide.warn('slow')
    expect(lines[0]).toMatchObject({ level: 'warn', tenantId: 'acme', operationId: 'op_1' })
    expect(lines[1]).not.toHaveProperty('operationId')
  })

  test.each([
    'password',
    'newPassword',
    'client_secret',
    'clientSecret',
    'taskToken',
    'access_token',
    'Authorization',
    'authorization',
    'x-api-token',
    'privateKey',
    'keyPem',
    'Set-Cookie',
    'sasl.jaas',
  ])('never shows what a field called %s holds, at any depth', (name) => {
    const { stream, lines } = capture()
    const value = 'hunter2-hunter2'
    const log = pinoLog({ [name]: value }, { stream })
    log.info('top', { [name]: value })
    log.info('deep', { a: { b: [{ [name]: { nested: value } }] } })
    log.with({ [name]: [value] }).error('bound', { [name]: value })
    expect(lines).toHaveLength(3)
    expect(JSON.stringify(lines)).not.toContain(value)
    expect(JSON.stringify(lines)).toContain('[redacted]')
  })

  test('keeps fields whose name only resembles a secret one', () => {
    const { stream, lines } = capture()
    pinoLog({}, { stream }).info('kept', { tokenId: 't-1', passwordLength: 32, secretsRotated: 2 })
    expect(lines[0]).toMatchObject({ tokenId: 't-1', passwordLength: 32, secretsRotated: 2 })
  })

  test('tells an error with code, stack and causes, and nothing else that hangs on it', () => {
    const { stream, lines } = capture()
    const network = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', request: { body: 'hunter2' } })
    const failure = new DomainError('KAFKA_UNAVAILABLE', 'no broker answers', {
      cause: new AggregateError([network], 'all failed'),
    })
    pinoLog({}, { stream }).error('failed', {}, failure)
    expect(lines[0]).toMatchObject({
      level: 'error',
      cause: {
        code: 'KAFKA_UNAVAILABLE',
        message: 'no broker answers',
        stack: expect.stringContaining('pino-log.test.ts'),
        causes: [{ message: 'all failed', causes: [{ code: 'ECONNREFUSED', message: 'refused' }] }],
      },
    })
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  test('survives causes that go round in a circle and things thrown that are no errors', () => {
    const { stream, lines } = capture()
    const circle = new Error('round')
    circle.cause = circle
    const log = pinoLog({}, { stream })
    log.error('circle', {}, circle)
    log.error('text', {}, 'just text')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatchObject({ cause: { message: 'thrown: just text' } })
  })
})
