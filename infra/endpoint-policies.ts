import { ArnFormat, Stack } from 'aws-cdk-lib'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { STORE_ACTIONS } from './grants.ts'
import type { EndpointService } from './network-config.ts'

/** What the policies name. */
export interface EndpointPolicyParts {
  readonly region: string
  readonly tableArn: string
  readonly authorityKeyArn: string
  readonly artifactBucketArn: string
  readonly hostRoleArn: string
}

/** Where Amazon Linux 2023 keeps its packages; read without credentials. */
const packagesArn = (region: string) => `arn:aws:s3:::al2023-repos-${region}-de612dc2/*`

/**
 * What may be done through each endpoint, at most: a policy here gives nobody a right. Whatever gets into the network
 * cannot carry data out to another account, since no endpoint takes other credentials than this account's.
 */
export function endpointPolicies(
  scope: Construct,
  { region, tableArn, authorityKeyArn, artifactBucketArn, hostRoleArn }: EndpointPolicyParts,
): Readonly<Record<EndpointService, readonly PolicyStatement[]>> {
  const { account } = Stack.of(scope)
  const ofThisAccount = { StringEquals: { 'aws:PrincipalAccount': account } }
  const ofHosts = { ArnEquals: { 'aws:PrincipalArn': hostRoleArn } }
  const inThisAccount = (service: string) => [statement([`${service}:*`], ['*'], ofThisAccount)]
  const apis = Stack.of(scope).formatArn({
    service: 'execute-api',
    resource: '*',
    arnFormat: ArnFormat.NO_RESOURCE_NAME,
  })
  return {
    s3: [
      statement(['s3:GetObject'], [`${artifactBucketArn}/*`], ofHosts),
      statement(['s3:GetObject'], [packagesArn(region)]),
    ],
    dynamodb: [statement(STORE_ACTIONS, [tableArn], ofThisAccount)],
    kms: [statement(['kms:GetPublicKey', 'kms:Sign'], [authorityKeyArn], ofThisAccount)],
    // Credentials of a host are good on a host of this network only: the machine that they were given to is in the VPC
    // that the call comes from.
    'execute-api': [
      statement(['execute-api:Invoke'], [apis], {
        ...ofHosts,
        Null: { 'ec2:SourceInstanceARN': 'false' },
        StringEquals: { 'aws:Ec2InstanceSourceVpc': '${aws:SourceVpc}' },
      }),
    ],
    states: inThisAccount('states'),
    ec2: inThisAccount('ec2'),
    events: inThisAccount('events'),
    sts: inThisAccount('sts'),
  }
}

function statement(
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, unknown>>,
): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  })
}
