import { describe, expect, it } from 'vitest'
import { CliError, ProblemError, type ReceivedProblem } from '../../cli/cli-error.ts'
import { errorText } from '../../cli/problem-text.ts'

const problem = (patch: Partial<ReceivedProblem>) =>
  new ProblemError({
    type: '/v1/errors/INVALID_FIELD',
    title: 'A field of the body breaks its rule',
    status: 422,
    detail: 'Two fields.',
    instance: '/v1/clusters',
    code: 'INVALID_FIELD',
    requestId: 'req_1',
    retryable: false,
    ...patch,
  })

describe('the text of a problem', () => {
  it('holds title, code, detail and request id', () => {
    const text = errorText(problem({}))
    for (const part of ['A field of the body', '422 INVALID_FIELD', 'Two fields.', 'req_1'])
      expect(text).toContain(part)
  })

  it('holds every violation with its pointer, its flag and its rule', () => {
    const text = errorText(
      problem({
        errors: [
          { pointer: '/brokers/count', rule: 'minimum', detail: 'must be at least 3' },
          { pointer: '', rule: 'type', detail: 'must be an object' },
          { parameter: 'status', rule: 'enum', detail: 'must be one of Active' },
        ],
      }),
    )
    expect(text).toContain('/brokers/count (--brokers) must be at least 3  [minimum]')
    expect(text).toContain('the body must be an object  [type]')
    expect(text).toContain('status must be one of Active  [enum]')
  })

  it('says what is allowed and which operation to follow on a conflict', () => {
    const metadata = { allowedActions: ['deleteCluster'], conflictingOperationId: 'op_1' }
    const text = errorText(problem({ status: 409, code: 'STATUS_NOT_ALLOWED', metadata }))
    expect(text).toContain('Allowed now: deleteCluster')
    expect(text).toContain('weir operations watch op_1')
    expect(errorText(problem({ metadata: { allowedActions: [] } }))).toContain('Allowed now: nothing')
  })

  it('shows a code that this release does not know', () => {
    expect(errorText(problem({ code: 'FROM_THE_FUTURE' }))).toContain('FROM_THE_FUTURE')
  })
})

describe('the text of other failures', () => {
  it('holds the hints and no stack', () => {
    expect(errorText(new CliError(2, 'No.', ['Do this.']))).toBe('Error: No.\n  Do this.')
  })

  it('holds the stack of what nobody expected', () => {
    expect(errorText(new TypeError('oops'))).toContain('problem-text.test.ts')
  })
})
