import { describe, expect, it } from 'vitest'
import { FUNCTION_KINDS, type FunctionKind } from '../../shared/deployment/environment.ts'
import { evaluate } from '../emulator/iam/evaluate.ts'
import type { Context } from '../emulator/iam/policy.ts'
import { type DeployedFunction, deployedFunctions } from './functions.ts'
import { permissionsOf, trustedBy } from './policies.ts'
import { policyDocuments } from './policy-documents.ts'
import type { Synthesized } from './synthesized.ts'

interface Row {
  readonly who: string
  readonly mustNot: string
  readonly roles: (synthesized: Synthesized) => readonly string[]
  readonly actions: RegExp
}

const ofKinds =
  (...kinds: readonly FunctionKind[]) =>
  (synthesized: Synthesized) =>
    deployedFunctions(synthesized)
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ roleId }) => roleId)

const trusting = (service: string) => (synthesized: Synthesized) =>
  synthesized.all('AWS::IAM::Role').flatMap(({ id }) => (trustedBy(synthesized, id).includes(service) ? [id] : []))

const all = (synthesized: Synthesized) => synthesized.all('AWS::IAM::Role').map(({ id }) => id)

/** Who must not do what. Kinds of functions that are not there yet (metering, export) need a row before they can come. */
const ROWS: readonly Row[] = [
  {
    who: 'the tenant API',
    mustNot: 'touch the table, machines or secrets itself',
    roles: ofKinds('api'),
    actions: /^(dynamodb|ec2|secretsmanager|ssm|s3|states|events|iam|lambda|sqs):/,
  },
  {
    who: 'the authoriser',
    mustNot: 'do anything but write its log and its traces',
    roles: ofKinds('authorizer'),
    actions: /^(?!logs:|xray:)/,
  },
  {
    who: 'the state machines',
    mustNot: 'reach data or machines themselves',
    roles: trusting('states.amazonaws.com'),
    actions: /^(dynamodb|ec2|kms|s3|secretsmanager|ssm|events|sts|iam|sqs|states):/,
  },
  {
    who: 'the steps',
    mustNot: 'make or change roles, publish, start executions, or command machines',
    roles: ofKinds('steps'),
    actions: /^(iam:(?!PassRole$)|events:|states:StartExecution|ssm:|secretsmanager:|s3:|sts:|lambda:)/,
  },
  {
    who: 'the hosts',
    mustNot: 'reach secrets, the table, keys, EC2, executions or parameters',
    roles: trusting('ec2.amazonaws.com'),
    actions: /^(secretsmanager|dynamodb|kms|ec2|states|ssm|sts|iam|events|lambda|sqs):|^s3:(?!GetObject$)/,
  },
  {
    who: 'the API of the hosts',
    mustNot: 'make machines, publish, or start and stop executions',
    roles: ofKinds('hostApi'),
    actions: /^(ec2|iam|events|sts|s3|secretsmanager|ssm):|^states:(?!SendTask)/,
  },
  {
    who: 'the follower of changes',
    mustNot: 'stop executions, sign, or reach machines',
    roles: ofKinds('changes'),
    actions: /^(kms|ec2|iam|sts|s3|secretsmanager|ssm):|^states:(?!StartExecution$)/,
  },
  {
    who: 'the sweeper',
    mustNot: 'remove machines and volumes, or tables',
    roles: ofKinds('sweep', 'drift'),
    actions: /^ec2:(?!Describe)|^(iam|sts|s3|secretsmanager|ssm|events):|^dynamodb:.*Table|^states:SendTask/,
  },
  {
    who: 'what does the duties that are due',
    mustNot: 'reach anything but the table',
    roles: ofKinds('maintain'),
    actions: /^(ec2|kms|iam|sts|s3|secretsmanager|ssm|events|states):|^dynamodb:.*Table/,
  },
  {
    who: 'the remover of what belongs to nobody',
    mustNot: 'make or change anything, or write records of tenants by other means than the store’s',
    roles: ofKinds('orphans'),
    actions: /^ec2:(?!Describe|Delete|TerminateInstances)|^(kms|iam|sts|s3|secretsmanager|ssm|events|states):/,
  },
  {
    who: 'nobody',
    mustNot: 'list, read or write secrets and parameters: none are kept',
    roles: all,
    actions: /^(secretsmanager|ssm):/,
  },
  {
    who: 'nobody',
    mustNot: 'use a key of KMS for anything but signatures and volumes, or do away with one',
    roles: all,
    actions: /^kms:(?!Sign$|GetPublicKey$|CreateGrant$|Decrypt$|DescribeKey$|GenerateDataKeyWithoutPlaintext$)/,
  },
  {
    who: 'nobody',
    mustNot: 'command machines or log in to them',
    roles: all,
    actions: /^(ssm|ssmmessages|ec2messages|ec2-instance-connect):/,
  },
  {
    who: 'nobody',
    mustNot: 'deploy: change functions, state machines, APIs, roles or stacks',
    roles: all,
    actions:
      /^(cloudformation|apigateway|organizations):|^lambda:(?!InvokeFunction$)|^iam:(?!PassRole$)|^states:(Create|Update|Delete)/,
  },
]

/** What must be true of everybody who acts in the deployment: the negative list. */
export function checkMustNots(get: () => Synthesized): void {
  const permissions = (roleId: string) => permissionsOf(get(), roleId)

  it.each(ROWS)('$who must not $mustNot', ({ roles, actions }) => {
    const found = roles(get())
    expect(found.length).toBeGreaterThan(0)
    const wrong = found.flatMap((roleId) => permissions(roleId).filter(({ action }) => actions.test(action)))
    expect(wrong).toEqual([])
  })

  it('each kind of function has a row', () => {
    const covered = ROWS.filter(({ roles }) => roles !== all).flatMap(({ roles }) => roles(get()))
    const bare = deployedFunctions(get()).filter(({ roleId }) => !covered.includes(roleId))
    expect(bare.map(({ name }) => name)).toEqual([])
    expect(new Set(deployedFunctions(get()).map(({ kind }) => kind))).toEqual(new Set(FUNCTION_KINDS))
  })

  describe('the steps that make machines must not', () => {
    const makers = (): readonly DeployedFunction[] =>
      deployedFunctions(get()).filter(({ actions }) => actions.includes('ec2:RunInstances'))
    const may = (action: string, resource: string, context: Context = {}) =>
      makers().some(({ roleId }) => {
        const identity = policyDocuments(get(), roleId)
        return evaluate({ roleArn: 'arn:aws:iam::123456789012:role/steps', identity }, { action, resource, context })
          .allowed
      })
    const ec2 = (rest: string) => `arn:aws:ec2:eu-central-1:123456789012:${rest}`
    const image = 'arn:aws:ec2:eu-central-1::image/ami-1'

    it('launch a machine without our tags, or one that is not from our launch templates', () => {
      expect(makers().length).toBeGreaterThan(0)
      expect(may('ec2:RunInstances', ec2('instance/*'), { 'ec2:MetadataHttpTokens': 'required' })).toBe(false)
    })

    it('launch from an image that no launch template of ours names', () => {
      expect(may('ec2:RunInstances', image, { 'ec2:IsLaunchTemplateResource': 'false' })).toBe(false)
      expect(may('ec2:RunInstances', image)).toBe(false)
    })

    it('change tags of what is there', () => {
      const tags = { 'aws:RequestTag/managedBy': 'weir', 'aws:RequestTag/weir:stage': 'dev' }
      expect(may('ec2:CreateTags', ec2('instance/i-1'), tags)).toBe(false)
      expect(may('ec2:DeleteTags', ec2('instance/i-1'), tags)).toBe(false)
    })

    it('hand over another role than that of the hosts', () => {
      const toEc2 = { 'iam:PassedToService': 'ec2.amazonaws.com' }
      expect(may('iam:PassRole', 'arn:aws:iam::123456789012:role/weir-dev-eu-central-1-host', toEc2)).toBe(true)
      expect(may('iam:PassRole', 'arn:aws:iam::123456789012:role/Admin', toEc2)).toBe(false)
    })
  })
}
