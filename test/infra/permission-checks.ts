import { describe, expect, it } from 'vitest'
import { SCHEDULES } from '../../shared/deployment/schedules.ts'
import type { PortName } from '../../shared/ports/ports.ts'
import { checkBoundary } from './boundary-checks.ts'
import { checkFleetPermissions } from './fleet-permission-checks.ts'
import { type DeployedFunction, deployedFunctions } from './functions.ts'
import { textsOf } from './intrinsics.ts'
import { checkKeyPermissions } from './key-permission-checks.ts'
import { checkMustNots } from './must-not-checks.ts'
import { idOf, type Permission, permissionsOf, trustedBy } from './policies.ts'
import type { Named, Synthesized } from './synthesized.ts'
import { checkTenantData } from './tenant-data-checks.ts'

/** What every function may do. */
const BASE = ['logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments']

/** Actions that AWS grants on no resource but `*`, and what they are for. */
const WITHOUT_RESOURCE = [
  // Traces.
  /^xray:/,
  // Lambda looks for the stream of a table.
  /^dynamodb:ListStreams$/,
  // Step Functions delivers logs through a setting of the account; API Gateway has one role for all logs of the account.
  /^logs:/,
  // EC2 describes without one.
  /^ec2:Describe/,
]

/** The permissions that may come with a port, and the port that none of them may come without. */
const PORT_OF: readonly (readonly [RegExp, PortName])[] = [
  [/^dynamodb:(GetItem|Query|PutItem|DeleteItem|ConditionCheckItem)$/, 'store'],
  [/^sts:(AssumeRole|TagSession)$/, 'store'],
  [
    /^states:(StartExecution|StopExecution|DescribeExecution|SendTaskSuccess|SendTaskFailure|SendTaskHeartbeat)$/,
    'workflows',
  ],
  [/^events:PutEvents$/, 'events'],
  [/^kms:(Sign|GetPublicKey)$/, 'certificates'],
  [/^kms:(Sign|GetPublicKey)$/, 'kafka'],
  [/^(ec2:[A-Za-z]+|iam:PassRole)$/, 'hosts'],
  [/^kms:(CreateGrant|Decrypt|DescribeKey|GenerateDataKeyWithoutPlaintext)$/, 'hosts'],
]

/** Resources on EC2 that are made later. */
const HOSTS = /:(instance|volume|network-interface|security-group|image)\/\*$/

/** What the event source of the stream needs beside the ports. */
const STREAM =
  /^(dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)|sqs:(SendMessage|GetQueueAttributes|GetQueueUrl))$/

/** What a job needs to have a run that failed written down. */
const PUT_ASIDE = /^sqs:(SendMessage|GetQueueAttributes|GetQueueUrl)$/

/** What must be true of the permissions in the templates. */
export function checkPermissions(get: () => Synthesized): void {
  const functions = () => deployedFunctions(get())
  const named = (name: string): DeployedFunction => {
    const found = functions().find((candidate) => candidate.name === name)
    if (!found) throw new Error(`there is no function ${name}`)
    return found
  }
  const allPermissions = () =>
    get()
      .all('AWS::IAM::Role')
      .flatMap(({ id }) => permissionsOf(get(), id).map((permission) => ({ role: id, ...permission })))

  it('no role has an action with a wildcard, an inline or a managed policy', () => {
    expect(allPermissions().filter(({ action }) => action.includes('*'))).toEqual([])
    for (const { Properties } of get().all('AWS::IAM::Role')) {
      expect(Object.keys(Properties)).not.toContain('ManagedPolicyArns')
      expect(Object.keys(Properties)).not.toContain('Policies')
    }
  })

  it('a permission names its resource, unless AWS knows none for it', () => {
    const open = allPermissions().filter(({ resource }) => resource === '*')
    expect(open.filter(({ action }) => !WITHOUT_RESOURCE.some((known) => known.test(action)))).toEqual([])
  })

  it('a part of a name is a wildcard only for executions and hosts, which have no ARN before they are there', () => {
    const partly = allPermissions().filter(({ resource }) => /\*/.test(resource.replace(HOSTS, '')) && resource !== '*')
    expect(new Set(partly.map(({ action }) => action))).toEqual(
      // Artefacts are named by their digests.
      new Set(['states:StopExecution', 'states:DescribeExecution', 's3:GetObject']),
    )
  })

  it('no role may read or change tables by other ways than the store’s', () => {
    const others = /^dynamodb:(Scan|PartiQL|Update|Batch|CreateTable|DeleteTable|RestoreTable|Export)/
    expect(allPermissions().filter(({ action }) => others.test(action))).toEqual([])
  })

  it('no role may touch secrets, parameters or other roles, and none but that of the hosts files', () => {
    const isTenants = ({ action, resource }: Permission) =>
      action.startsWith('sts:') && /-tenant-(read|write)$/.test(resource)
    const sensitive = allPermissions().filter(
      (permission) => /^(secretsmanager|ssm|sts|s3):/.test(permission.action) && !isTenants(permission),
    )
    const hostRole = get()
      .all('AWS::IAM::InstanceProfile')
      .flatMap(({ Properties: { Roles } }) => textsOf(Roles).map(idOf))
    expect(sensitive.filter(({ action, role }) => action !== 's3:GetObject' || !hostRole.includes(role))).toEqual([])
  })

  describe('hosts', () => checkFleetPermissions(get))
  describe('keys', () => checkKeyPermissions(get))
  describe('tenants', () => checkTenantData(get))
  describe('the boundary', () => checkBoundary(get))
  describe('the negative list', () => checkMustNots(get))

  it('no function may do what none of its ports is for', () => {
    for (const { name, kind, ports, actions } of functions()) {
      const unexplained = actions.filter(
        (action) =>
          !BASE.includes(action) &&
          !PORT_OF.some(([pattern, port]) => pattern.test(action) && ports.includes(port)) &&
          !(kind === 'changes' && STREAM.test(action)) &&
          !(kind in SCHEDULES && PUT_ASIDE.test(action)),
      )
      expect(unexplained, name).toEqual([])
    }
  })

  it('a function that answers GETs only cannot write', () => {
    const readers = functions().filter(({ name, kind }) => kind === 'api' && /^(read|reference)/.test(name))
    expect(readers.length).toBeGreaterThan(1)
    for (const { name, actions } of readers) {
      expect(
        actions.filter((action) => /Put|Delete|Update|ConditionCheck/.test(action) && !BASE.includes(action)),
        name,
      ).toEqual([])
    }
    expect(named('referenceApi').actions.toSorted()).toEqual(BASE)
  })

  it('the API neither starts nor ends executions nor publishes: that follows from what it committed', () => {
    for (const { name, kind, actions } of functions()) {
      if (kind === 'api')
        expect(
          actions.filter((action) => /^(states|events):/.test(action)),
          name,
        ).toEqual([])
    }
  })

  it('only the follower of changes publishes events, and only it and the sweeper start executions', () => {
    const starters = functions().filter(({ actions }) => actions.includes('states:StartExecution'))
    const publishers = functions().filter(({ actions }) => actions.includes('events:PutEvents'))
    expect(starters.map(({ name }) => name).toSorted()).toEqual(['changes', 'sweep'])
    expect(publishers.map(({ name }) => name)).toEqual(['changes'])
    expect(named('changes').actions.filter((action) => /StopExecution|SendTask/.test(action))).toEqual([])
    expect(named('sweep').actions.filter((action) => /SendTask/.test(action))).toEqual([])
  })

  it('only the API of the hosts and the steps that steer workflows let a parked task go on', () => {
    const answering = functions().filter(({ actions }) =>
      actions.some((action) => action.startsWith('states:SendTask')),
    )
    const steering = functions().filter(({ kind, ports }) => kind === 'steps' && ports.includes('workflows'))
    expect(steering.length).toBeGreaterThan(0)
    expect(answering.map(({ name }) => name).toSorted()).toEqual(
      ['hostApi', ...steering.map(({ name }) => name)].toSorted(),
    )
    expect(named('hostApi').actions).not.toContain('states:StopExecution')
  })

  it('the authoriser may do nothing but log and trace', () => {
    expect(named('authorizer').actions.toSorted()).toEqual(BASE)
  })

  it('functions share no role', () => {
    expect(new Set(functions().map(({ roleId }) => roleId)).size).toBe(functions().length)
  })

  it('each role is trusted to the one service that it is for, and those of the tenants to functions of their API', () => {
    const isTenants = ({ Properties }: Named) => /-tenant-(read|write)$/.test(String(Properties.RoleName))
    const trust = get()
      .all('AWS::IAM::Role')
      .filter((role) => !isTenants(role))
      .map(({ id }) => trustedBy(get(), id))
    expect(trust.filter((services) => services.length !== 1)).toEqual([])
    for (const { roleId } of functions()) expect(trustedBy(get(), roleId)).toEqual(['lambda.amazonaws.com'])
  })

  describe('the role of the broker hosts', () => {
    const hostRole = () => {
      const found = get()
        .all('AWS::IAM::Role')
        .find(({ id }) => trustedBy(get(), id).includes('ec2.amazonaws.com'))
      if (!found) throw new Error('there is no role for hosts')
      return found
    }

    it('is the only one that EC2 may take on, and nobody but EC2 may: the session names the instance', () => {
      const forHosts = get()
        .all('AWS::IAM::Role')
        .filter(({ id }) => trustedBy(get(), id).includes('ec2.amazonaws.com'))
      expect(forHosts).toHaveLength(1)
      expect(trustedBy(get(), hostRole().id)).toEqual(['ec2.amazonaws.com'])
    })

    it('may make the calls of the protocol, read artefacts, and nothing else', () => {
      const permissions = permissionsOf(get(), hostRole().id)
      expect(new Set(permissions.map(({ action }) => action))).toEqual(new Set(['execute-api:Invoke', 's3:GetObject']))
      expect(permissions.filter(({ action }) => action === 's3:GetObject').map(({ resource }) => resource)).toEqual([
        'arn:aws:s3:::weir-dev-artifacts-123456789012-eu-central-1/*',
      ])
      const calls = permissions
        .filter(({ action }) => action === 'execute-api:Invoke')
        .map(({ resource }) => resource.replace(/^arn:aws:execute-api:[^/]*<HostApi\w+>\/<\w+>\//, ''))
        .toSorted()
      expect(calls).toEqual([
        'GET/host/v1/desired',
        'POST/host/v1/attach',
        'POST/host/v1/certificates',
        'POST/host/v1/report',
      ])
    })

    it('is the one that the API of the hosts takes callers from', () => {
      expect(idOf(named('hostApi').variables.WEIR_HOST_ROLE)).toBe(hostRole().id)
    })
  })
}
