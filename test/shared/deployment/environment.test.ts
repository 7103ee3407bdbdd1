import { describe, expect, it } from 'vitest'
import { FUNCTION_KINDS, readEnvironment } from '../../../shared/deployment/environment.ts'
import { FLEET } from '../../infra/fleet-settings.ts'

const GOOD = {
  WEIR_FUNCTION: 'readApi',
  WEIR_PORTS: 'store,clock',
  WEIR_LOG_LEVEL: 'info',
  WEIR_TABLE: 'weir',
  WEIR_TENANT_ROLE_ARN: 'arn:aws:iam::123456789012:role/weir-dev-tenant-read',
  WEIR_AUTHORITY_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/1',
  WEIR_PUBLIC_ACCESS: 'none',
}

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

  it('has the fleet as JSON, which is absent where there can be no hosts', () => {
    const steps = {
      ...GOOD,
      WEIR_STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:eu-central-1:123456789012:stateMachine:weir-',
    }
    const fleet = { stage: 'dev', ...FLEET }
    expect(readEnvironment('steps', { ...steps, WEIR_FLEET: JSON.stringify(fleet) }).WEIR_FLEET).toEqual(fleet)
    expect(readEnvironment('steps', steps).WEIR_FLEET).toBeUndefined()
    expect(() => readEnvironment('steps', { ...steps, WEIR_FLEET: '{' })).toThrow(/must be JSON/)
    expect(() => readEnvironment('steps', { ...steps, WEIR_FLEET: '{"stage":"dev"}' })).toThrow(/WEIR_FLEET\.zones/)
  })

  it.each(FUNCTION_KINDS)('is refused for %s when it is empty', (kind) => {
    expect(() => readEnvironment(kind, {})).toThrow(/WEIR_FUNCTION/)
  })
})
