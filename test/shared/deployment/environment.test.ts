import { describe, expect, it } from 'vitest'
import { FUNCTION_KINDS, readEnvironment } from '../../../shared/deployment/environment.ts'

const GOOD = { WEIR_FUNCTION: 'readApi', WEIR_PORTS: 'store,clock', WEIR_LOG_LEVEL: 'info', WEIR_TABLE: 'weir' }

describe('the environment of a function', () => {
  it('gives the ports as a list', () => {
    expect(readEnvironment('api', GOOD).WEIR_PORTS).toEqual(['store', 'clock'])
    expect(readEnvironment('api', { ...GOOD, WEIR_PORTS: '' }).WEIR_PORTS).toEqual([])
  })

  it('names every variable that is missing or wrong', () => {
    const read = () => readEnvironment('api', { ...GOOD, WEIR_TABLE: undefined, WEIR_LOG_LEVEL: 'loud' })
    expect(read).toThrow(/environment of api/)
    expect(read).toThrow(/WEIR_TABLE/)
    expect(read).toThrow(/WEIR_LOG_LEVEL/)
  })

  it('refuses a port that there is not', () => {
    expect(() => readEnvironment('api', { ...GOOD, WEIR_PORTS: 'store,disk' })).toThrow(/WEIR_PORTS/)
  })

  it.each(FUNCTION_KINDS)('is refused for %s when it is empty', (kind) => {
    expect(() => readEnvironment(kind, {})).toThrow(/WEIR_FUNCTION/)
  })
})
