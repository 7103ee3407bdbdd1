import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { evaluate } from '../emulator/iam/evaluate.ts'
import type { Context, Policy } from '../emulator/iam/policy.ts'
import { textOf } from './intrinsics.ts'
import { policyDocuments, toPolicy } from './policy-documents.ts'
import type { Synthesized } from './synthesized.ts'

/** IAM takes no larger managed policy; spaces do not count. */
const MOST_CHARACTERS = 6144

/** A request that meets the conditions of a statement as far as one can be read off them. */
function meeting({ Condition = {} }: Policy['Statement'][number]): Context {
  const context: Record<string, string | readonly string[]> = {}
  for (const [operator, keys] of Object.entries(Condition)) {
    for (const [key, values] of Object.entries(keys)) {
      const [first = ''] = values
      if (/Not/.test(operator)) continue
      if (operator === 'Null') {
        if (first === 'false') context[key] ??= /LeadingKeys|TagKeys|Names$/.test(key) ? ['x'] : 'x'
      } else if (operator.startsWith('For')) context[key] = [first]
      else context[key] = first.replace('?*', 'x')
    }
  }
  return context
}

/** What AWS will name by itself, where the boundary goes by names: functions, queues, and the key of volumes. */
function named({ all, stackOf, config }: Synthesized, resource: string): string {
  const [, id = ''] = /^arn:aws:made:.*\/(\w+)$/.exec(resource) ?? []
  const arn = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:123456789012:${rest}`
  const of = (type: string) => all(type).find((candidate) => candidate.id === id)
  const lambda = of('AWS::Lambda::Function')
  if (lambda) return arn('lambda', `function:${String(lambda.Properties.FunctionName)}`)
  // CloudFormation puts the name of the stack before that of the queue.
  if (of('AWS::SQS::Queue')) return arn('sqs', `weir-${config.stage}-${stackOf(id)}-${id}`)
  const key = of('AWS::KMS::Key')
  return key && key.Properties.KeyUsage !== 'SIGN_VERIFY' ? arn('kms', `key/${id}`) : resource
}

/** What must be true of the boundary of all roles. */
export function checkBoundary(get: () => Synthesized): void {
  const boundary = () => {
    const [policy, ...others] = get().all('AWS::IAM::ManagedPolicy')
    if (!policy || others.length > 0) throw new Error('there is not one managed policy')
    return policy
  }
  const allows = (action: string, resource: string, context: Context = {}) =>
    evaluate(
      { roleArn: 'arn:aws:iam::123456789012:role/any', identity: [toPolicy(boundary().Properties.PolicyDocument)] },
      { action, resource, context },
    ).allowed

  it('every role has it, those that the CDK makes too, and nobody has it as a policy', () => {
    const { id, Properties } = boundary()
    const roles = get().all('AWS::IAM::Role')
    expect(roles.length).toBeGreaterThan(20)
    for (const role of roles) expect(textOf(role.Properties.PermissionsBoundary), role.id).toContain(id)
    expect(Properties).not.toHaveProperty('Roles')
    expect(get().all('AWS::IAM::User')).toEqual([])
  })

  it('is no larger than IAM takes, with room for names of the longest stage and region', () => {
    const text = JSON.stringify(toPolicy(boundary().Properties.PolicyDocument))
    expect(text.replaceAll(/\s/g, '').length).toBeLessThan(MOST_CHARACTERS - 500)
  })

  it('lets every role do what its own policies let it do', () => {
    for (const { id } of get().all('AWS::IAM::Role')) {
      for (const statement of policyDocuments(get(), id).flatMap(({ Statement }) => Statement)) {
        for (const action of statement.Action ?? []) {
          for (const pattern of statement.Resource ?? []) {
            const resource = pattern === '*' ? pattern : named(get(), pattern.replaceAll('*', 'x'))
            expect(allows(action, resource, meeting(statement)), `${id}: ${action} on ${resource}`).toBe(true)
          }
        }
      }
    }
  })

  describe('lets no role', () => {
    const account = 'arn:aws:iam::123456789012'
    const ours = { 'aws:ResourceTag/managedBy': 'weir', 'aws:ResourceTag/weir:stage': 'dev' }
    const ec2 = (rest: string) => `arn:aws:ec2:eu-central-1:123456789012:${rest}`
    const tableArn = () => `arn:aws:made:eu-central-1:123456789012:thing/${get().all('AWS::DynamoDB::Table')[0]?.id}`
    const Refused = z.tuple([z.string(), z.string(), z.record(z.string(), z.string()).optional()])
    const ways: readonly (readonly [string, readonly z.input<typeof Refused>[]])[] = [
      [
        'make or change roles, policies or users, or take off this boundary',
        [
          'CreateRole',
          'AttachRolePolicy',
          'PutRolePolicy',
          'UpdateAssumeRolePolicy',
          'DeleteRolePermissionsBoundary',
        ].map((name) => [`iam:${name}`, `${account}:role/any`]),
      ],
      [
        'pass on another role than that of the hosts, or that one to anything but EC2',
        [
          ['iam:PassRole', `${account}:role/Admin`, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
          [
            'iam:PassRole',
            `${account}:role/weir-dev-eu-central-1-host`,
            { 'iam:PassedToService': 'lambda.amazonaws.com' },
          ],
        ],
      ],
      ['take on a role that is not a tenant’s', [['sts:AssumeRole', `${account}:role/Admin`]]],
      [
        'change or end what does not bear our tags, or another stage’s',
        ['TerminateInstances', 'StartInstances', 'AttachVolume'].flatMap((name) => [
          [`ec2:${name}`, ec2('instance/i-1')],
          [`ec2:${name}`, ec2('instance/i-1'), { ...ours, 'aws:ResourceTag/weir:stage': 'prod' }],
        ]),
      ],
      ['launch without our tags', [['ec2:RunInstances', ec2('instance/x')]]],
      ['tag what is there', [['ec2:CreateTags', ec2('instance/i-1')]]],
      [
        'run commands on machines, or read secrets and parameters',
        [
          ['ssm:SendCommand', ec2('instance/i-1'), ours],
          ['ssm:GetParameter', 'arn:aws:ssm:eu-central-1:123456789012:parameter/x'],
          ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:x'],
        ],
      ],
      [
        'write files, or read those of others',
        [
          ['s3:PutObject', 'arn:aws:s3:::weir-dev-artifacts-123456789012-eu-central-1/x'],
          ['s3:GetObject', 'arn:aws:s3:::payroll/x'],
        ],
      ],
      [
        'touch another table, bus, key, function or machine of states',
        [
          ['dynamodb:GetItem', 'arn:aws:dynamodb:eu-central-1:123456789012:table/payroll'],
          ['events:PutEvents', 'arn:aws:events:eu-central-1:123456789012:event-bus/default'],
          ['kms:Sign', 'arn:aws:kms:eu-central-1:123456789012:key/other'],
          ['kms:Decrypt', 'arn:aws:kms:eu-central-1:123456789012:key/other'],
          ['lambda:InvokeFunction', 'arn:aws:lambda:eu-central-1:123456789012:function:payroll'],
          ['states:StartExecution', 'arn:aws:states:eu-central-1:123456789012:stateMachine:payroll'],
        ],
      ],
      [
        'change code, machines of states or keys',
        [
          ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-central-1:123456789012:function:weir-dev-readApi'],
          ['states:UpdateStateMachine', 'arn:aws:states:eu-central-1:123456789012:stateMachine:weir-dev-createCluster'],
          ['kms:ScheduleKeyDeletion', 'arn:aws:kms:eu-central-1:123456789012:key/other'],
        ],
      ],
    ]

    it.each(ways)('%s', (_what, refused) => {
      for (const [action, resource, context] of refused)
        expect(allows(action, resource, context), `${action} on ${resource}`).toBe(false)
    })

    it('scan the table, ask it in SQL, update it past the versions, or delete it', () => {
      expect(allows('dynamodb:GetItem', tableArn())).toBe(true)
      for (const name of [
        'Scan',
        'PartiQLSelect',
        'PartiQLUpdate',
        'UpdateItem',
        'DeleteTable',
        'ExportTableToPointInTime',
      ])
        expect(allows(`dynamodb:${name}`, tableArn()), name).toBe(false)
    })
  })
}
