import { NetworkError, ResponseError } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { credentialRefusal } from '../../../../functions/adapters/kafka/users.ts'

const ALTER_USER_SCRAM_CREDENTIALS = 51
const INVALID_REQUEST = 42
const UNSUPPORTED_VERSION = 35
const response = (code: number, words: string) =>
  new ResponseError(ALTER_USER_SCRAM_CREDENTIALS, 0, { '/results/0': [code, words] }, {})

describe('a credential that Kafka did not take', () => {
  test('is the fault of the name where Kafka refuses it', () => {
    expect(credentialRefusal(response(INVALID_REQUEST, 'Username must not be empty.'))).toMatchObject({
      code: 'INVALID_FIELD',
      message: 'Username must not be empty.',
    })
  })

  test('can be tried again where the controller does not know yet that the cluster has SCRAM', () => {
    const words = 'The current metadata.version does not support SCRAM'
    expect(credentialRefusal(response(UNSUPPORTED_VERSION, words))).toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
  })

  test('is what it was where nothing was answered', () => {
    const error = new NetworkError('gone')
    expect(credentialRefusal(error)).toBe(error)
  })
})
