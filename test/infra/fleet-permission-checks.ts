import { expect, it } from 'vitest'
import { ec2Id } from './ec2-ids.ts'
import { deployedFunctions } from './functions.ts'
import { textOf } from './intrinsics.ts'
import { keyNamed } from './key-permission-checks.ts'
import { type Permission, permissionsOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

/** All that the adapter of the fleet calls, and one action that its launches carry along. */
const CHANGES = [
  'ec2:AttachVolume',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:CreateNetworkInterface',
  'ec2:CreateSecurityGroup',
  'ec2:CreateTags',
  'ec2:CreateVolume',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteSecurityGroup',
  'ec2:DeleteVolume',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:ModifyVolume',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:RunInstances',
  'ec2:StartInstances',
  'ec2:TerminateInstances',
  'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
]
/** What the job for orphans does: it takes away and makes nothing. */
const REMOVALS = ['ec2:DeleteNetworkInterface', 'ec2:DeleteSecurityGroup', 'ec2:DeleteVolume', 'ec2:TerminateInstances']
const LISTS = [
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeVolumes',
  'ec2:DescribeVolumesModifications',
]

/** IAM takes so many characters in the policies that are written into a role, and a name that it makes is not longer than this. */
const MOST_IN_A_ROLE = 10_240
const LONG_NAME = 100

/** What CloudFormation puts together, as a text. */
function resolved(value: unknown): unknown {
  const isFunction = typeof value === 'object' && value !== null && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '')
  return isFunction ? textOf(value) : value
}

/** What must be true of the rights on machines, volumes and addresses. */
export function checkFleetPermissions(get: () => Synthesized): void {
  const holders = () =>
    get()
      .all('AWS::IAM::Role')
      .map(({ id }) => ({ id, permissions: permissionsOf(get(), id) }))
  const functions = () => deployedFunctions(get())
  const changers = () => functions().filter(({ actions }) => actions.includes('ec2:RunInstances'))
  const changerPermissions = (): readonly Permission[] =>
    changers()
      .flatMap(({ roleId }) => permissionsOf(get(), roleId))
      .filter(({ action }) => /^(ec2|iam):/.test(action))
  const of = (action: string, kind: string) => {
    const found = changerPermissions().filter(
      (permission) => permission.action === action && permission.resource.includes(`:${kind}/`),
    )
    if (found.length === 0) expect.fail(`nobody may ${action} a ${kind}`)
    return found
  }

  it('may be made by functions of steps with that port and by nothing else; jobs see them only, or remove them', () => {
    expect(changers().length).toBeGreaterThan(0)
    for (const { kind, ports, actions, name } of functions()) {
      const onFleet = actions.filter((action) => action.startsWith('ec2:')).toSorted()
      const mayDo = kind === 'steps' ? [...CHANGES, ...LISTS] : kind === 'orphans' ? [...REMOVALS, ...LISTS] : LISTS
      const expected = ports.includes('hosts') ? mayDo : []
      expect(onFleet, name).toEqual(expected.toSorted())
      expect(actions.includes('iam:PassRole'), name).toBe(kind === 'steps' && ports.includes('hosts'))
    }
    const roles = functions().map(({ roleId }) => roleId)
    const others = holders().filter(({ id }) => !roles.includes(id))
    expect(
      others.flatMap(({ permissions }) => permissions).filter(({ action }) => /^(ec2|kms|iam):/.test(action)),
    ).toEqual([])
  })

  it('are told of by the same functions: the very network, groups and launch templates of the stacks', () => {
    const of = (pattern: RegExp) => {
      const types = ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::SecurityGroup', 'AWS::EC2::LaunchTemplate']
      const found = types.flatMap(get().all).filter(({ id }) => pattern.test(id))
      return found.map(({ id }) => ec2Id(get(), id))
    }
    const zone = (name: string, availabilityZone: string) => ({
      [name]: { availabilityZone, subnetIds: of(new RegExp(`${name.replace('-', '')}hosts`)) },
    })
    const template = (role: string) => ({ id: of(new RegExp(`LaunchTemplates${role}`))[0], version: '1' })
    const fleet = {
      stage: 'dev',
      vpcId: of(/Vpc/)[0],
      zones: {
        ...zone('az-1', 'eu-central-1a'),
        ...zone('az-2', 'eu-central-1b'),
        ...zone('az-3', 'eu-central-1c'),
      },
      securityGroupIds: of(/GroupsHosts\w{8}$/),
      volumeKeyArn: keyNamed(get(), 'weir-dev-volumes').arn,
      launchTemplates: {
        broker: template('broker'),
        controller: template('controller'),
        combined: template('combined'),
      },
    }
    for (const { variables, ports, kind, name } of functions()) {
      if (ports.includes('hosts')) expect(JSON.parse(variables.WEIR_FLEET ?? ''), name).toEqual(fleet)
      else if (kind !== 'steps') expect(variables, name).not.toHaveProperty('WEIR_FLEET')
    }
  })

  it.each([
    ['network-interface', 'ec2:CreateNetworkInterface'],
    ['volume', 'ec2:CreateVolume'],
    ['instance', 'ec2:RunInstances'],
    ['security-group', 'ec2:CreateSecurityGroup'],
  ])('of the kind %s are made with our tags or not at all', (kind, making) => {
    for (const { condition } of of(making, kind).filter(({ resource }) => resource.endsWith('/*'))) {
      expect(JSON.parse(condition)).toMatchObject({
        StringEquals: { 'aws:RequestTag/managedBy': 'weir', 'aws:RequestTag/weir:stage': 'dev' },
        Null: { 'aws:RequestTag/weir:tenant': 'false', 'aws:RequestTag/weir:cluster': 'false' },
      })
    }
  })

  it('are made from our launch templates and their images only, with version 2 of the metadata service', () => {
    for (const { condition } of of('ec2:RunInstances', 'instance')) {
      const { ArnEquals, StringEquals } = JSON.parse(condition)
      const templates = get().all('AWS::EC2::LaunchTemplate')
      expect(ArnEquals['ec2:LaunchTemplate'].map((arn: string) => arn.replace(/^.*\//, '')).toSorted()).toEqual(
        templates.map(({ id }) => `<${id}>`).toSorted(),
      )
      expect(StringEquals['ec2:MetadataHttpTokens']).toBe('required')
    }
    for (const { condition } of of('ec2:RunInstances', 'image')) {
      expect(JSON.parse(condition)).toMatchObject({ Bool: { 'ec2:IsLaunchTemplateResource': 'true' } })
    }
    const networks = changerPermissions().filter(({ resource }) => /:(subnet|security-group)\/[^*]/.test(resource))
    const ours = ['AWS::EC2::Subnet', 'AWS::EC2::SecurityGroup'].flatMap(get().all).map(({ id }) => id)
    const used = new Set(networks.map(({ resource }) => resource.replace(/^.*\/<(\w+).*$/, '$1')))
    expect([...used].toSorted()).toEqual(ours.filter((id) => /hostsSubnet|GroupsHosts/.test(id)).toSorted())
  })

  it('have encrypted volumes only', () => {
    const made = [...of('ec2:CreateVolume', 'volume'), ...of('ec2:RunInstances', 'volume')]
    for (const { condition } of made) expect(JSON.parse(condition)).toMatchObject({ Bool: { 'ec2:Encrypted': 'true' } })
  })

  it('get an address of our subnets, which is all that EC2 says of an interface at a launch', () => {
    const subnets = of('ec2:RunInstances', 'subnet').map(({ resource }) => resource)
    for (const { condition } of of('ec2:RunInstances', 'network-interface')) {
      const { ArnEquals } = JSON.parse(condition)
      expect(new Set(ArnEquals['ec2:Subnet'])).toEqual(new Set(subnets))
      expect(ArnEquals).toHaveProperty('ec2:LaunchTemplate')
    }
  })

  it('that bear no tag of ours are neither changed nor removed, nor used for a machine of ours', () => {
    const onExisting = /^ec2:(Attach|Authorize|Delete|Modify|Revoke|Start|Terminate|Update)/
    // An interface of ours bears the groups of the deployment, which are named one by one, beside that of its cluster.
    const isNamed = ({ resource }: Permission) => !resource.endsWith('/*')
    const bearing = [...of('ec2:RunInstances', 'security-group'), ...of('ec2:CreateNetworkInterface', 'security-group')]
    const changing = [
      ...changerPermissions().filter(
        (permission) =>
          onExisting.test(permission.action) &&
          !(permission.action === 'ec2:ModifyNetworkInterfaceAttribute' && isNamed(permission)),
      ),
      ...bearing.filter((permission) => !isNamed(permission)),
    ]
    for (const { condition, action } of changing) {
      expect(JSON.parse(condition || '{}'), action).toMatchObject({
        StringEquals: { 'aws:ResourceTag/managedBy': 'weir', 'aws:ResourceTag/weir:stage': 'dev' },
        Null: { 'aws:ResourceTag/weir:cluster': 'false' },
      })
    }
  })

  it('get their tags when they are made and never later', () => {
    for (const { condition } of changerPermissions().filter(({ action }) => action === 'ec2:CreateTags')) {
      expect(JSON.parse(condition)).toEqual({
        StringEquals: {
          'ec2:CreateAction': ['RunInstances', 'CreateVolume', 'CreateNetworkInterface', 'CreateSecurityGroup'],
        },
      })
    }
  })

  it('are kept apart in our network only, and no group of anybody else gets or loses a rule', () => {
    const [network] = get().all('AWS::EC2::VPC')
    const onNetworks = changerPermissions().filter(({ resource }) => resource.includes(':vpc/'))
    expect(onNetworks.map(({ action }) => action)).toContain('ec2:CreateSecurityGroup')
    for (const { resource } of onNetworks) expect(resource).toContain(`:vpc/<${network?.id}>`)
    const onRules = changerPermissions().filter(({ action }) => /SecurityGroup(Ingress|Egress|Rule)/.test(action))
    for (const { resource, condition, action } of onRules.filter(({ action }) => !action.startsWith('ec2:Describe'))) {
      expect(resource, action).toMatch(/\/\*$/)
      expect(JSON.parse(condition || '{}'), action).toHaveProperty(
        ['StringEquals', 'aws:ResourceTag/managedBy'],
        'weir',
      )
    }
  })

  it('fit with all else into what IAM takes of a role, whatever ids AWS gives', () => {
    const sizes = get()
      .all('AWS::IAM::Policy')
      .map(({ Properties }) => JSON.stringify(Properties.PolicyDocument, (_, value) => resolved(value)))
      .map((text) => text.replaceAll(/<[^>]*>/g, 'x'.repeat(LONG_NAME)).length)
    expect(Math.max(...sizes)).toBeGreaterThan(5000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_IN_A_ROLE)
  })

  it('get the role of the hosts and no other', () => {
    const passed = changerPermissions().filter(({ action }) => action.startsWith('iam:'))
    expect(new Set(passed.map(({ action }) => action))).toEqual(new Set(['iam:PassRole']))
    for (const { resource, condition } of passed) {
      expect(resource).toBe('arn:aws:iam::123456789012:role/weir-dev-eu-central-1-host')
      expect(JSON.parse(condition)).toEqual({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })
    }
  })
}
