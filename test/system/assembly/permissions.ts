import { z } from 'zod'
import {
  evaluate,
  type Policies,
  type Request,
  type ResourcePolicy,
  type Verdict,
} from '../../emulator/iam/evaluate.ts'
import { Policy } from '../../emulator/iam/policy.ts'
import type { Caller, Inside } from './identities.ts'
import type { Deployment, Made } from './template.ts'

/** Tells what a caller may do, and what stands against it where it may not. */
export type Permissions = (
  caller: Caller,
  request: Pick<Request, 'action' | 'resource'> & {
    readonly context?: Request['context']
    /** The API that is called, where one is. */
    readonly api?: Made
    /** The service that is called; none where the request follows from a call of another one. */
    readonly through?: string
  },
) => Verdict

const Role = z.looseObject({
  AssumeRolePolicyDocument: Policy,
  PermissionsBoundary: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.looseObject({ PolicyDocument: Policy })).default([]),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
})
const Attached = z.looseObject({ Roles: z.array(z.string()).default([]), PolicyDocument: Policy })
const Key = z.looseObject({ KeyPolicy: Policy })
const Bucket = z.looseObject({ Bucket: z.string(), PolicyDocument: Policy })

/** The roles of the templates with their policies, boundaries and trust, and the policies of the resources they call. */
export function permissionsOf(deployment: Deployment): Permissions {
  const { account, region } = deployment
  const attached = deployment.all('AWS::IAM::Policy').map(({ properties }) => Attached.parse(properties))
  const managed = new Map(
    deployment
      .all('AWS::IAM::ManagedPolicy')
      .map(({ id, properties }) => [deployment.arnOf(id), Attached.parse(properties)] as const),
  )
  const document = (arn: string): Policy => {
    const found = managed.get(arn)
    if (!found) throw new Error(`the templates have no policy ${arn}`)
    return found.PolicyDocument
  }
  const roles = new Map(
    deployment.all('AWS::IAM::Role').map(({ id, properties }) => [nameIn(deployment.arnOf(id)), { id, properties }]),
  )
  const roleOf = remembered((name: string) => {
    const found = roles.get(name)
    if (!found) throw new Error(`the templates have no role ${name}`)
    return Role.parse(found.properties)
  })
  const policiesOf = remembered((roleName: string): Policies => {
    const { PermissionsBoundary, ManagedPolicyArns, Policies } = roleOf(roleName)
    const byRole = ({ Roles }: z.output<typeof Attached>) => Roles.includes(roleName)
    return {
      roleArn: `arn:aws:iam::${account}:role/${roleName}`,
      identity: [
        ...Policies.map(({ PolicyDocument }) => PolicyDocument),
        ...[...attached, ...managed.values()].filter(byRole).map(({ PolicyDocument }) => PolicyDocument),
        ...ManagedPolicyArns.map(document),
      ],
      ...(PermissionsBoundary !== undefined && { boundary: document(PermissionsBoundary) }),
    }
  })
  const wayOut = endpointsOf(deployment)
  const ofResources = resourcePolicies(deployment, (name) => roleOf(name).AssumeRolePolicyDocument)

  return (caller, { action, resource, context = {}, api, through }) => {
    const policies = policiesOf(caller.roleName)
    const owner = api ? policyOfApi(api, resource) : ofResources({ action, resource })
    const way = caller.inside && through !== undefined ? wayOut(through) : undefined
    const tags = Object.entries({
      ...Object.fromEntries(roleOf(caller.roleName).Tags.map(({ Key, Value }) => [Key, Value])),
      ...caller.sessionTags,
    })
    return evaluate(
      {
        ...policies,
        ...(caller.sessionPolicies && { session: caller.sessionPolicies }),
        ...(owner && { resource: owner }),
        ...(way && { endpoint: way.policy }),
      },
      {
        action,
        resource,
        context: {
          'aws:PrincipalArn': policies.roleArn,
          'aws:PrincipalAccount': account,
          'aws:PrincipalType': 'AssumedRole',
          'aws:RequestedRegion': region,
          'aws:ResourceAccount': account,
          'aws:SecureTransport': 'true',
          ...Object.fromEntries(tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
          ...insideKeys(caller.inside, way?.id),
          ...context,
        },
      },
    )
  }
}

/** Finds the policy that the resource of a request has itself: of a key, of a bucket, and of a role that is taken on. */
function resourcePolicies(deployment: Deployment, trustOf: (roleName: string) => Policy) {
  const keys = new Map(
    deployment
      .all('AWS::KMS::Key')
      .map(({ id, properties }) => [deployment.arnOf(id), Key.parse(properties).KeyPolicy] as const),
  )
  const buckets = deployment.all('AWS::S3::BucketPolicy').map(({ properties }) => Bucket.parse(properties))
  return ({ action, resource }: Pick<Request, 'action' | 'resource'>): ResourcePolicy | undefined => {
    const key = keys.get(resource)
    if (key) return { policy: key, mustAllow: true }
    if (action.startsWith('sts:')) return { policy: trustOf(nameIn(resource)), mustAllow: true }
    const bucket = buckets.find(({ Bucket: name }) => resource.replace(/\/.*$/, '') === `arn:aws:s3:::${name}`)
    return bucket && { policy: bucket.PolicyDocument, mustAllow: false }
  }
}

const Endpoint = z.looseObject({ ServiceName: z.string(), PolicyDocument: Policy })

/** Finds the way out of the network to a service. */
function endpointsOf(deployment: Deployment) {
  const endpoints = deployment.all('AWS::EC2::VPCEndpoint').map(({ id, properties }) => ({
    id: deployment.refOf(id),
    ...Endpoint.parse(properties),
  }))
  return (service: string): { readonly id: string; readonly policy: Policy } => {
    const found = endpoints.find(({ ServiceName }) => ServiceName === `com.amazonaws.${deployment.region}.${service}`)
    if (!found) throw new Error(`the network has no endpoint for ${service}`)
    return { id: found.id, policy: found.PolicyDocument }
  }
}

function insideKeys(inside: Inside | undefined, endpointId: string | undefined): Request['context'] {
  return {
    ...(inside && endpointId !== undefined && { 'aws:SourceVpc': inside.vpcId, 'aws:SourceVpce': endpointId }),
    ...(inside?.instanceArn !== undefined && {
      'ec2:SourceInstanceARN': inside.instanceArn,
      'aws:Ec2InstanceSourceVpc': inside.vpcId,
    }),
  }
}

const Api = z.looseObject({
  Policy: z.unknown().optional(),
  EndpointConfiguration: z.looseObject({ Types: z.array(z.string()) }),
})

/** A private API is closed to everybody whom its policy does not let in. Its policy may write `execute-api:/` for itself. */
function policyOfApi({ properties }: Made, methodArn: string): ResourcePolicy | undefined {
  const { Policy: written, EndpointConfiguration } = Api.parse(properties)
  const mustAllow = EndpointConfiguration.Types.includes('PRIVATE')
  if (written === undefined) return mustAllow ? { policy: NOBODY, mustAllow } : undefined
  const itself = methodArn.replace(/\/.*$/, '/')
  return {
    policy: Policy.parse(JSON.parse(JSON.stringify(written).replaceAll('"execute-api:/', `"${itself}`))),
    mustAllow,
  }
}

const NOBODY: Policy = { Version: '2012-10-17', Statement: [] }

function remembered<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    const value = known.get(name) ?? make(name)
    known.set(name, value)
    return value
  }
}

const nameIn = (arn: string) => arn.replace(/^.*\//, '')
