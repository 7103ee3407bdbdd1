import { AuthenticationError, NetworkError, ProtocolError, ResponseError, TimeoutError } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { metadataFailure, toLogFailure } from '../../../../local/check-stream/kafka/failure.ts'
import { LogFailure } from '../../../../local/check-stream/partition-log.ts'

/** What the library throws when an answer to Produce carries these error codes. */
const answer = (...codes: readonly number[]): Error =>
  new ResponseError(0, 9, Object.fromEntries(codes.map((code, index) => [`/${index}`, [code, null]])), undefined)

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

describe('what the library throws', () => {
  test.for([
    [answer(6), 'NOT_LEADER_OR_FOLLOWER', 'retry'],
    [answer(19), 'NOT_ENOUGH_REPLICAS', 'retry'],
    [answer(20), 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'retry'],
    [answer(3), 'UNKNOWN_TOPIC_OR_PARTITION', 'retry'],
    [answer(45), 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'sequenceRefused'],
    [answer(59), 'UNKNOWN_PRODUCER_ID', 'sequenceRefused'],
    [answer(29), 'TOPIC_AUTHORIZATION_FAILED', 'refused'],
    [answer(6, 10), 'MESSAGE_TOO_LARGE', 'refused'],
    [new NetworkError('Connection to a:1 failed.', { cause: refused }), 'ECONNREFUSED', 'retry'],
    [new NetworkError('Connection closed'), 'CONNECTION_CLOSED', 'retry'],
    [new TimeoutError('Request timed out'), 'TIMED_OUT', 'retry'],
    [new AuthenticationError('no', { cause: answer(58) }), 'SASL_AUTHENTICATION_FAILED', 'refused'],
    [new TypeError('a fault of the library'), 'UNEXPECTED: a fault of the library', 'refused'],
  ] as const)('%s is %s, to be taken as %s', ([thrown, kind, effect]) => {
    expect(toLogFailure(thrown)).toMatchObject({ kind, effect })
  })

  test('a failure that is sorted already stays what it is', () => {
    const failure = new LogFailure('LEADER_NOT_AVAILABLE', 'retry')
    expect(toLogFailure(failure)).toBe(failure)
  })
})

test('only the metadata can say that a topic is gone: a broker that is asked for records may merely not know it yet', () => {
  expect(metadataFailure(0)).toBeUndefined()
  expect(metadataFailure(3)).toMatchObject({ kind: 'UNKNOWN_TOPIC_OR_PARTITION', effect: 'gone' })
  expect(metadataFailure(5)).toMatchObject({ kind: 'LEADER_NOT_AVAILABLE', effect: 'retry' })
  expect(metadataFailure(29)).toMatchObject({ kind: 'TOPIC_AUTHORIZATION_FAILED', effect: 'refused' })
  expect(new ProtocolError(3)).toMatchObject({ apiId: 'UNKNOWN_TOPIC_OR_PARTITION' })
})
