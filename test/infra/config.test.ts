import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DeploymentConfig, InvalidConfig, readConfig } from '../../infra/config.ts'
import { cdkContext } from '../../infra/weir-app.ts'
import { scratchApp } from './scratch-app.ts'

const OWN = {
  vpc: 'own',
  cidr: '10.64.0.0/16',
  zones: { 'az-1': { availabilityZone: 'eu-central-1a' }, 'az-3': { availabilityZone: 'eu-central-1c' } },
  prefixListIds: { s3: 'pl-6ea54007', dynamodb: 'pl-66a5400f' },
}
const EXISTING = {
  vpc: 'existing',
  vpcId: 'vpc-0a000000000000001',
  cidrs: ['10.1.0.0/16'],
  zones: { 'az-1': { availabilityZone: 'eu-central-1a', subnetIds: ['subnet-0a000000000000001'] } },
  routeTableIds: ['rtb-0a000000000000001'],
  prefixListIds: OWN.prefixListIds,
}
const GOOD = {
  stage: 'prod',
  region: 'eu-central-1',
  issuer: 'https://issuer.test/',
  audience: 'weir',
  jwksUrl: 'https://issuer.test/jwks.json',
  network: OWN,
}

const read = (context: Record<string, unknown>) => readConfig(scratchApp(context).node)
const reading = (fields: object) => () => read({ weir: { ...GOOD, ...fields } })

describe('the configuration of a deployment', () => {
  it('in the repository is complete', () => {
    expect(read(cdkContext()).stage).toBe('dev')
  })

  it('is shown by an example that has every field, and none that does not exist', () => {
    const config = read({ 'weir:config': 'docs/deployment-config.example.json' })
    expect(Object.keys(config).toSorted()).toEqual(Object.keys(DeploymentConfig.shape).toSorted())
    expect(Object.keys(config.hosts).toSorted()).toEqual(['artifactsManifestSha256', 'imageId', 'rootVolumeGiB'])
  })

  it('takes a single field from the command line before that of the file', () => {
    expect(read({ weir: GOOD, 'weir:stage': 'test', 'weir:logRetentionDays': '30' })).toMatchObject({
      stage: 'test',
      audience: 'weir',
      logRetentionDays: 30,
    })
  })

  it('is read from the file that the command line names, with comments, and says which file is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-config-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'prod.json')
    const network = { ...OWN, '// cidr': 'agreed with the network team' }
    writeFileSync(file, JSON.stringify({ ...GOOD, '// stage': 'not the other one', stage: 'other', network }))
    expect(read({ 'weir:config': file, weir: GOOD }).stage).toBe('other')
    writeFileSync(file, JSON.stringify({ ...GOOD, stage: 7 }))
    expect(() => read({ 'weir:config': file })).toThrow(/prod\.json\):\n.*\n?.*stage/)
    writeFileSync(file, '{')
    expect(() => read({ 'weir:config': file })).toThrow(/prod\.json\) cannot be read/)
  })

  it('names every field that is missing or wrong', () => {
    const wrong = reading({ stage: 'Prod!', issuer: 'http://issuer.test/', jwksUrl: undefined })
    expect(wrong).toThrow(InvalidConfig)
    expect(wrong).toThrow(/stage/)
    expect(wrong).toThrow(/must be an https URL/)
    expect(wrong).toThrow(/jwksUrl/)
  })

  it('refuses a field that it does not know, which would be a misspelt one', () => {
    expect(reading({ alarmMail: 'ops@example.test' })).toThrow(/alarmMail/)
    expect(reading({ network: { ...OWN, subnets: [] } })).toThrow(/subnets/)
  })

  it('is asked for when there is none', () => {
    expect(() => read({})).toThrow(/context\.weir/)
    expect(reading({ network: undefined })).toThrow(/network/)
  })
})

describe('where hosts run', () => {
  it('is a VPC that is made, or one that is there with all that is used of it', () => {
    expect(reading({})().network).toEqual(OWN)
    expect(reading({ network: EXISTING })().network).toEqual({ ...EXISTING, endpointIds: {} })
    expect(reading({ network: { ...OWN, vpc: 'new' } })).toThrow(/"own" or "existing"/)
    const endpointZones = (names: readonly string[]) => reading({ network: { ...OWN, endpointZones: names } })
    expect(endpointZones(['az-3'])().network.endpointZones).toEqual(['az-3'])
    expect(endpointZones(['az-2'])).toThrow(/network\.endpointZones/)
    expect(reading({ network: { ...EXISTING, routeTableIds: undefined } })).toThrow(/routeTableIds/)
    expect(reading({ network: { ...EXISTING, endpointIds: { sqs: 'vpce-0a000000000000001' } } })).toThrow(/endpointIds/)
  })

  it.each(['10.64.0.0/15', '10.64.0.0/21', '10.64.1.0/16', '10.300.0.0/16', '10.64.0.0'])(
    'refuses the addresses %s, which three zones do not fit into or which are none',
    (cidr) => {
      expect(reading({ network: { ...OWN, cidr } })).toThrow(/network\.cidr/)
    },
  )

  it('refuses zones that nobody can order, that are elsewhere, that are one and the same, and none at all', () => {
    const zones = (of: object) => reading({ network: { ...OWN, zones: of } })
    expect(zones({ 'eu-central-1a': { availabilityZone: 'eu-central-1a' } })).toThrow(/network\.zones/)
    expect(zones({ 'az-1': { availabilityZone: 'us-east-1a' } })).toThrow(/not in the region eu-central-1/)
    const same = { availabilityZone: 'eu-central-1a' }
    expect(zones({ 'az-1': same, 'az-2': same })).toThrow(/one availability zone twice/)
    expect(zones({})).toThrow(/at least one zone/)
  })
})

describe('what hosts are made from', () => {
  it('has defaults, and names what is wrong', () => {
    expect(reading({})().hosts).toEqual({ rootVolumeGiB: 20 })
    expect(reading({ hosts: { artifactsManifestSha256: 'abc' } })).toThrow(/npm run artifacts/)
    expect(reading({ hosts: { imageId: 'al2023' } })).toThrow(/ami-/)
  })
})
