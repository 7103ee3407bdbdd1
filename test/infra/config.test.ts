import { describe, expect, it } from 'vitest'
import { InvalidConfig, readConfig } from '../../infra/config.ts'
import { cdkContext } from '../../infra/weir-app.ts'
import { FLEET } from './fleet-settings.ts'
import { scratchApp } from './scratch-app.ts'

const GOOD = {
  stage: 'prod',
  region: 'eu-central-1',
  issuer: 'https://issuer.test/',
  audience: 'weir',
  jwksUrl: 'https://issuer.test/jwks.json',
}

const read = (context: Record<string, unknown>) => readConfig(scratchApp(context).node)

describe('the configuration of a deployment', () => {
  it('in the repository is complete', () => {
    expect(read(cdkContext()).stage).toBe('dev')
  })

  it('takes a single field from the command line before that of the file', () => {
    expect(read({ weir: GOOD, 'weir:stage': 'test', 'weir:logRetentionDays': '30' })).toMatchObject({
      stage: 'test',
      audience: 'weir',
      logRetentionDays: 30,
    })
  })

  it('names every field that is missing or wrong', () => {
    const wrong = () => read({ weir: { ...GOOD, stage: 'Prod!', issuer: 'http://issuer.test/', jwksUrl: undefined } })
    expect(wrong).toThrow(InvalidConfig)
    expect(wrong).toThrow(/stage/)
    expect(wrong).toThrow(/must be an https URL/)
    expect(wrong).toThrow(/jwksUrl/)
  })

  it('refuses a field that it does not know, which would be a misspelt one', () => {
    expect(() => read({ weir: { ...GOOD, alarmMail: 'ops@example.test' } })).toThrow(/alarmMail/)
  })

  it('says where hosts run, or nothing of it, and names what is wrong', () => {
    expect(read({ weir: GOOD }).fleet).toBeUndefined()
    expect(read({ weir: { ...GOOD, fleet: FLEET } }).fleet).toEqual(FLEET)
    const broker = { id: 'lt-0a000000000000001', version: '$Latest' }
    const fleet = { ...FLEET, zones: { 'eu-central-1a': FLEET.zones['az-1'] }, launchTemplates: { broker } }
    const wrong = () => read({ weir: { ...GOOD, fleet } })
    expect(wrong).toThrow(/fleet\.zones/)
    expect(wrong).toThrow(/must be the number of a version/)
    expect(wrong).toThrow(/launchTemplates\.combined/)
  })

  it('is asked for when there is none', () => {
    expect(() => read({})).toThrow(/context\.weir/)
  })
})
