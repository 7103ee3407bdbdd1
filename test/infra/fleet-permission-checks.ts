import { describe, expect, it } from 'vitest'
import { FLEET } from './fleet-settings.ts'
import { deployedFunctions } from './functions.ts'
import { type Permission, permissionsOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

/** All that the adapter of the fleet calls, and one action that its launches carry along. */
const CHANGES = [
  'ec2:AttachVolume',
  'ec2:CreateNetworkInterface',
  'ec2:CreateTags',
  'ec2:CreateVolume',
  'ec2:DeleteNetworkInterface',
  'ec2:DeleteVolume',
  'ec2:ModifyVolume',
  'ec2:RunInstances',
  'ec2:StartInstances',
  'ec2:TerminateInstances',
]
const LISTS = [
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVolumes',
  'ec2:DescribeVolumesModifications',
]

/** What must be true of the rights on machines, volumes, addresses and the key of the authorities. */
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

  it('may be made by functions of steps with that port and by nothing else; the sweeper sees them only', () => {
    expect(changers().length).toBeGreaterThan(0)
    for (const { kind, ports, actions, name } of functions()) {
      const onFleet = actions.filter((action) => action.startsWith('ec2:')).toSorted()
      const expected = ports.includes('hosts') ? (kind === 'steps' ? [...CHANGES, ...LISTS] : LISTS) : []
      expect(onFleet, name).toEqual(expected.toSorted())
      expect(actions.includes('iam:PassRole'), name).toBe(kind === 'steps' && ports.includes('hosts'))
    }
    const roles = functions().map(({ roleId }) => roleId)
    const others = holders().filter(({ id }) => !roles.includes(id))
    expect(
      others.flatMap(({ permissions }) => permissions).filter(({ action }) => /^(ec2|kms|iam):/.test(action)),
    ).toEqual([])
  })

  it('are told of by the same functions', () => {
    for (const { variables, ports, kind, name } of functions()) {
      if (ports.includes('hosts'))
        expect(JSON.parse(variables.WEIR_FLEET ?? ''), name).toEqual({ stage: 'dev', ...FLEET })
      else if (kind !== 'steps') expect(variables, name).not.toHaveProperty('WEIR_FLEET')
    }
  })

  it.each(['network-interface', 'volume', 'instance'])(
    'of the kind %s are made with our tags or not at all',
    (kind) => {
      const making = {
        'network-interface': 'ec2:CreateNetworkInterface',
        volume: 'ec2:CreateVolume',
        instance: 'ec2:RunInstances',
      }
      for (const { condition } of of(
        making[kind === 'volume' || kind === 'instance' ? kind : 'network-interface'],
        kind,
      )) {
        expect(JSON.parse(condition)).toMatchObject({
          StringEquals: { 'aws:RequestTag/managedBy': 'weir', 'aws:RequestTag/weir:stage': 'dev' },
          Null: { 'aws:RequestTag/weir:tenant': 'false', 'aws:RequestTag/weir:cluster': 'false' },
        })
      }
    },
  )

  it('are made from our launch templates and their images only, with version 2 of the metadata service', () => {
    for (const { condition } of of('ec2:RunInstances', 'instance')) {
      const { ArnEquals, StringEquals } = JSON.parse(condition)
      expect(ArnEquals['ec2:LaunchTemplate'].map((arn: string) => arn.replace(/^.*\//, ''))).toEqual([
        'lt-0a000000000000001',
        'lt-0a000000000000002',
      ])
      expect(StringEquals['ec2:MetadataHttpTokens']).toBe('required')
    }
    for (const { condition } of of('ec2:RunInstances', 'image')) {
      expect(JSON.parse(condition)).toMatchObject({ Bool: { 'ec2:IsLaunchTemplateResource': 'true' } })
    }
    const networks = changerPermissions().filter(({ resource }) => /:(subnet|security-group)\//.test(resource))
    expect(new Set(networks.map(({ resource }) => resource.replace(/^.*\//, '')))).toEqual(
      new Set([...Object.values(FLEET.zones).flatMap(({ subnetIds }) => subnetIds), ...FLEET.securityGroupIds]),
    )
  })

  it('have encrypted volumes only', () => {
    const made = [...of('ec2:CreateVolume', 'volume'), ...of('ec2:RunInstances', 'volume')]
    for (const { condition } of made) expect(JSON.parse(condition)).toMatchObject({ Bool: { 'ec2:Encrypted': 'true' } })
  })

  it('that bear no tag of ours are neither changed nor removed, nor used for a machine of ours', () => {
    const onExisting = /^ec2:(Attach|Delete|Modify|Start|Terminate)/
    const changing = [
      ...changerPermissions().filter(({ action }) => onExisting.test(action)),
      ...of('ec2:RunInstances', 'network-interface'),
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
        StringEquals: { 'ec2:CreateAction': ['RunInstances', 'CreateVolume', 'CreateNetworkInterface'] },
      })
    }
  })

  it('get the role of the hosts and no other', () => {
    const passed = changerPermissions().filter(({ action }) => action.startsWith('iam:'))
    expect(new Set(passed.map(({ action }) => action))).toEqual(new Set(['iam:PassRole']))
    for (const { resource, condition } of passed) {
      expect(resource).toBe('arn:aws:iam::123456789012:role/weir-dev-eu-central-1-host')
      expect(JSON.parse(condition)).toEqual({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })
    }
  })

  describe('the key of the authorities', () => {
    it('signs, cannot be read, and is kept when its stack goes', () => {
      const [key, ...others] = get().all('AWS::KMS::Key')
      expect(others).toEqual([])
      expect(key).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', PendingWindowInDays: 30 },
      })
    })

    it('is used by what makes certificates and what talks to Kafka, to sign them and for nothing else', () => {
      const [key] = get().all('AWS::KMS::Key')
      for (const { roleId, ports, name } of functions()) {
        const onKeys = permissionsOf(get(), roleId).filter(({ action }) => action.startsWith('kms:'))
        const isUser = ports.includes('certificates') || ports.includes('kafka')
        const actions = isUser ? ['kms:GetPublicKey', 'kms:Sign'] : []
        expect(onKeys.map(({ action }) => action).toSorted(), name).toEqual(actions)
        for (const { resource } of onKeys) expect(resource, name).toContain(key?.id)
        const signs = onKeys.find(({ action }) => action === 'kms:Sign')
        if (signs)
          expect(JSON.parse(signs.condition)).toEqual({ StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } })
      }
    })
  })
}
