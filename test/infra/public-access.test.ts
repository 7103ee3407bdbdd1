import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkBoundary } from './boundary-checks.ts'
import { deployedFunctions } from './functions.ts'
import { type Synthesized, synthesize } from './synthesized.ts'

const dns = { hostedZoneId: 'Z0PRIVATE', domain: 'kafka.internal.example.com' }
const subnetIds = {
  'az-1': 'subnet-0f000000000000001',
  'az-2': 'subnet-0f000000000000002',
  'az-3': 'subnet-0f000000000000003',
}
const publicAccess = { hostedZoneId: 'Z0PUBLIC', domain: 'kafka.example.com', subnetIds }

const webAclArn = 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/weir/1'

let assembly: Synthesized
beforeAll(() => {
  assembly = synthesize({ dns, publicAccess, webAclArn })
}, 180_000)
afterAll(() => assembly?.remove())

const functionsWith = (variable: string) => deployedFunctions(assembly).filter(({ variables }) => variable in variables)

describe('a deployment with names and public access', () => {
  it('offers it to tenants', () => {
    const offers = functionsWith('WEIR_PUBLIC_ACCESS').map(({ variables }) => variables.WEIR_PUBLIC_ACCESS)
    expect(new Set(offers)).toEqual(new Set(['offered']))
  })

  it('lets one function change names, in both zones, and one change load balancers', () => {
    const may = (action: string) =>
      deployedFunctions(assembly).flatMap(({ name, actions }) => (actions.includes(action) ? [name] : []))
    expect(may('route53:ChangeResourceRecordSets')).toEqual(['namesSteps'])
    expect(may('elasticloadbalancing:CreateLoadBalancer')).toEqual(['publicEntriesSteps'])
    const text = JSON.stringify(assembly.all('AWS::IAM::Policy'))
    for (const zone of ['Z0PRIVATE', 'Z0PUBLIC']) expect(text).toContain(`hostedzone/${zone}`)
  })

  it('tells those functions where names and load balancers stand', () => {
    const told = functionsWith('WEIR_PUBLIC_ENTRY').map(({ name }) => name)
    expect(told).toEqual(expect.arrayContaining(['namesSteps', 'publicEntriesSteps']))
    const text = JSON.stringify(functionsWith('WEIR_PUBLIC_ENTRY')[0]?.variables.WEIR_PUBLIC_ENTRY)
    for (const part of [...Object.values(subnetIds), 'kafka.example.com', 'Z0PUBLIC']) expect(text).toContain(part)
  })

  it('opens the public listener of hosts to load balancers, and to nobody else', () => {
    const rules = assembly
      .all('AWS::EC2::SecurityGroupIngress')
      .filter(({ Properties }) => Number(Properties.FromPort) <= 9094 && Number(Properties.ToPort) >= 9094)
    expect(rules.map(({ Properties }) => Properties.Description)).toEqual(['public entries lead to brokers'])
  })
})

describe('the boundary, with names and public access', () => checkBoundary(() => assembly))

it('a web application firewall stands before the API of tenants where one is named, and its absence is then excused for no stage of theirs', () => {
  const [firewall, ...others] = assembly.all('AWS::WAFv2::WebACLAssociation')
  expect(others).toEqual([])
  expect(firewall?.Properties.WebACLArn).toBe(webAclArn)
  expect(JSON.stringify(firewall?.Properties.ResourceArn)).toContain('TenantApiDeploymentStage')
  const excused = assembly.accepted.filter(({ rule }) => rule.endsWith('-APIG3'))
  expect(excused.map(({ reason }) => reason)).toEqual([expect.stringContaining('tenants never call it')])
})

it('a deployment without them offers none, and no function may change names or load balancers', () => {
  const plain = synthesize()
  try {
    const functions = deployedFunctions(plain)
    const actions = functions.flatMap((each) => each.actions)
    expect(actions.filter((action) => /^(route53|elasticloadbalancing):/.test(action))).toEqual([])
    const offers = functions.flatMap(({ variables }) => variables.WEIR_PUBLIC_ACCESS ?? [])
    expect(new Set(offers)).toEqual(new Set(['none']))
  } finally {
    plain.remove()
  }
}, 180_000)

it('public access without a public subnet for a zone that can be ordered is refused, naming the zone', () => {
  const { 'az-3': _missing, ...two } = subnetIds
  expect(() => synthesize({ publicAccess: { ...publicAccess, subnetIds: two } })).toThrow(/subnetIds\.az-3|az-3/)
})
