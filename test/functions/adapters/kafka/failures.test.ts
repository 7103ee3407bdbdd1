import { AuthenticationError, NetworkError, ResponseError, TimeoutError } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import {
  describe as inWords,
  isAuthenticationFailure,
  isNoAnswer,
  isPassing,
  refusalOf,
  refusalsIn,
  rootReason,
} from '../../../../functions/adapters/kafka/failures.ts'
import { DomainError } from '../../../../shared/errors/domain-error.ts'

const CREATE_TOPICS = 19
const response = (...errors: readonly (readonly [number, string | null])[]) =>
  new ResponseError(
    CREATE_TOPICS,
    7,
    Object.fromEntries(errors.map(([code, words], index) => [`/topics/${index}`, [code, words]])),
    {},
  )
const EXISTS = 36
const NOT_CONTROLLER = 41
const INVALID_CONFIG = 40
const login = new NetworkError('Connection failed.', { cause: new AuthenticationError('SASL authentication failed.') })

describe('a failed call', () => {
  test('tells every refusal in the answer, with Kafka’s words', () => {
    expect(refusalsIn(response([EXISTS, "Topic 'a' exists."], [INVALID_CONFIG, null]))).toEqual([
      { name: 'TOPIC_ALREADY_EXISTS', words: "Topic 'a' exists.", passing: false },
      { name: 'INVALID_CONFIG', words: undefined, passing: false },
    ])
    expect(refusalsIn(new NetworkError('gone'))).toEqual([])
    expect(refusalsIn('text')).toEqual([])
  })

  test('passes when it was not answered, or refused only for the moment', () => {
    expect(isPassing(new NetworkError('Connection closed'))).toBe(true)
    expect(isPassing(new TimeoutError('Request timed out'))).toBe(true)
    expect(isPassing(response([NOT_CONTROLLER, null]))).toBe(true)
    expect(isPassing(response([NOT_CONTROLLER, null], [INVALID_CONFIG, null]))).toBe(false)
    expect(isPassing(response([EXISTS, null]))).toBe(false)
    expect(isPassing(new TypeError('a mistake of ours'))).toBe(false)
  })

  test('does not pass when the password was refused', () => {
    expect(isAuthenticationFailure(login)).toBe(true)
    expect(isPassing(login)).toBe(false)
    expect(isAuthenticationFailure(new NetworkError('gone'))).toBe(false)
  })

  test('is recognised inside other errors', () => {
    const wrapped = new DomainError('KAFKA_UNAVAILABLE', 'none answers', { cause: new AggregateError([login]) })
    expect(isAuthenticationFailure(wrapped)).toBe(true)
    expect(isNoAnswer(wrapped)).toBe(true)
    expect(rootReason(wrapped)).toBe('SASL authentication failed.')
  })

  test('does not go round in circles', () => {
    const circle = new Error('round')
    circle.cause = circle
    expect(isNoAnswer(circle)).toBe(false)
  })
})

describe('an error code in an answer', () => {
  test('is named as Kafka names it, also one that is new', () => {
    expect(refusalOf(0)).toBeUndefined()
    expect(refusalOf(3)).toEqual({ name: 'UNKNOWN_TOPIC_OR_PARTITION', words: undefined, passing: true })
    expect(refusalOf(9999)).toEqual({ name: 'error 9999', words: undefined, passing: false })
  })

  test('reads well in a sentence', () => {
    expect(inWords({ name: 'INVALID_CONFIG', words: 'Not a number.', passing: false })).toBe(
      'INVALID_CONFIG (Not a number)',
    )
    expect(inWords({ name: 'INVALID_CONFIG', words: undefined, passing: false })).toBe('INVALID_CONFIG')
  })
})
