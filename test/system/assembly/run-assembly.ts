import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { SCOPE_NAMES } from '../../../shared/contract/scope.ts'
import { startAwsEmulator } from '../../emulator/aws-emulator.ts'
import { type Ec2Server, startEc2Server } from '../../functions/adapters/ec2/ec2-server.ts'
import { startKmsServer } from '../../functions/adapters/kms-server.ts'
import { type AwsFront, forwardedTo, openAwsFront } from './aws-front.ts'
import { fleetOf } from './fleet.ts'
import { deployFunctions } from './functions.ts'
import { serveGateway } from './gateway.ts'
import { permissionsOf } from './permissions.ts'
import { followSchedules } from './schedules.ts'
import { deployStateMachines, type StateMachines } from './state-machines.ts'
import { followStreams } from './stream.ts'
import { ADDRESS, type Assembly, ISSUER, REGION } from './synthesize.ts'
import { type Deployment, deploy, type Templates } from './template.ts'

/** A synthesized deployment that runs. */
export interface RunningAssembly {
  readonly tenantUrl: string
  readonly hostUrl: string
  readonly front: AwsFront
  readonly ec2: Ec2Server
  readonly deployment: Deployment
  readonly machines: StateMachines
  /** What failed where nobody was told: invocations, streams, executions that could not go on. */
  readonly failures: readonly string[]
  /** Notes one more of them. */
  failed(thrown: unknown): void
  /** A tenant's token of the issuer that the deployment was told of. */
  tenantToken(tenantId: string): Promise<string>
  /** What proves to the gateway of the hosts that a call comes from a machine; it says which node it is. */
  hostToken(instanceId: string, node: { tenantId: string; clusterId: string; nodeId: number }): Promise<string>
  stop(): Promise<void>
}

/** Where the machines of this cloud are reached. */
const HOST_RANGE = '127.68.1'
const HOSTS = 'hosts'
const ADMIN = { accessKeyId: 'admin', secretAccessKey: 'of CloudFormation' }

/** Everything takes a moment in this cloud, so that looks come too early, and no more. */
const PACE = {
  visibleAfter: 50,
  volumeAvailableAfter: 100,
  volumeGoneAfter: 100,
  attachedAfter: 100,
  runningAfter: 300,
  terminatedAfter: 300,
  optimizingAfter: 300,
}

const HostClaims = z.object({ sub: z.string(), node: z.string() })

/** Runs what the assembly contains; `spoil` changes the templates before that. */
export async function runAssembly(
  assembly: Assembly,
  spoil?: (resources: Templates) => void,
): Promise<RunningAssembly> {
  const ending: (() => unknown)[] = []
  const stop = async () => {
    for (const end of ending.splice(0).reverse()) await end()
  }
  try {
    return await start(assembly, ending, stop, spoil)
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

async function start(
  { directory, stage, privateKey, certificateFile }: Assembly,
  ending: (() => unknown)[],
  stop: () => Promise<void>,
  spoil: ((resources: Templates) => void) | undefined,
): Promise<RunningAssembly> {
  const sign = (audience: string, subject: string, claims: Readonly<Record<string, unknown>>) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(subject)
      .setExpirationTime('1h')
      .sign(privateKey)

  const emulator = await startAwsEmulator(['dynamodb', 'dynamodbstreams', 'events'])
  ending.push(emulator.stop)
  const kms = await startKmsServer()
  ending.push(kms.close)
  const deployment = deploy(directory, REGION, { ...(spoil && { spoil }), keyArn: kms.makeKey() })
  const fleet = fleetOf(deployment)
  const ec2 = await startEc2Server({
    now: Date.now,
    pace: PACE,
    securityGroupIds: fleet.securityGroupIds,
    templateIds: Object.values(fleet.launchTemplates).map(({ id }) => id),
    addressOf: (number) => `${HOST_RANGE}.${number}`,
  })
  ending.push(ec2.close)
  for (const { availabilityZone, subnetIds } of Object.values(fleet.zones)) {
    for (const subnetId of subnetIds) ec2.subnets.set(subnetId, { zone: availabilityZone, free: 100 })
  }
  const permissions = permissionsOf(deployment)
  const failures: string[] = []
  let stopping = false
  const failed = (thrown: unknown) => {
    // What is interrupted by the end of everything has not failed.
    if (!stopping) failures.push(String(thrown))
  }
  const late: { front?: AwsFront } = {}
  const functions = deployFunctions(directory, deployment, {
    region: REGION,
    endpoint: () => late.front?.endpoint ?? '',
    certificateFile,
    onFailure: (arn, thrown) => failed(`${arn.split(':').at(-1)}: ${String(thrown)}`),
  })
  ending.push(functions.stop)
  const machines = deployStateMachines(deployment, functions, permissions, failed)
  ending.push(machines.engine.close)
  late.front = await openAwsFront({
    address: ADDRESS,
    region: REGION,
    account: deployment.account,
    permissions,
    roleOf: functions.roleOf,
    services: {
      dynamodb: forwardedTo(emulator.endpoint),
      events: forwardedTo(emulator.endpoint),
      kms: forwardedTo(kms.endpoint),
      ec2: forwardedTo(ec2.endpoint),
      states: machines.service,
    },
  })
  ending.push(late.front.close)

  const settings = { endpoint: emulator.endpoint, region: REGION, credentials: ADMIN }
  await makeData(deployment, new DynamoDBClient(settings), new EventBridgeClient(settings))
  ending.push(followStreams(deployment, functions, permissions, new DynamoDBStreamsClient(settings), failed))

  ending.push(followSchedules(deployment, functions))

  const hostRole = deployment.all('AWS::IAM::Role').find(({ properties }) => /-host$/.test(String(properties.RoleName)))
  const hostRoleName = String(hostRole?.properties.RoleName)
  const gatewayParts = {
    deployment,
    functions,
    address: ADDRESS,
    iamSession: async (
      { headers }: { readonly headers: Readonly<Record<string, string | undefined>> },
      methodArn: string,
    ) => {
      const token = headers.authorization?.match(/^Bearer (\S+)$/)?.[1]
      if (token === undefined || !permissions(hostRoleName, { action: 'execute-api:Invoke', resource: methodArn }))
        return undefined
      const [, claims = ''] = token.split('.')
      const { sub, node } = HostClaims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      const userArn = `arn:aws:sts::${deployment.account}:assumed-role/${hostRoleName}/${sub}`
      return { userArn, headers: { 'x-weir-node': node } }
    },
  }
  const tenantApi = await serveGateway({ ...gatewayParts, apiName: `weir-${stage}-tenant` })
  ending.push(tenantApi.close)
  const hostApi = await serveGateway({ ...gatewayParts, apiName: `weir-${stage}-hosts` })
  ending.push(hostApi.close)
  ending.push(() => {
    stopping = true
  })

  return {
    tenantUrl: `http://${ADDRESS}:${tenantApi.port}`,
    hostUrl: `http://${ADDRESS}:${hostApi.port}`,
    front: late.front,
    ec2,
    deployment,
    machines,
    failures,
    failed,
    tenantToken: (tenantId) => sign('weir', 'ana', { tenant: tenantId, scope: SCOPE_NAMES.join(' ') }),
    hostToken: (instanceId, { tenantId, clusterId, nodeId }) =>
      sign(HOSTS, instanceId, { node: `${tenantId}/${clusterId}/${nodeId}` }),
    stop,
  }
}

const Table = z.looseObject({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  StreamSpecification: z.object({ StreamViewType: z.literal('NEW_AND_OLD_IMAGES') }),
})

/** Makes the table and the bus as the templates say. */
async function makeData(deployment: Deployment, dynamo: DynamoDBClient, events: EventBridgeClient): Promise<void> {
  for (const { id, properties } of deployment.all('AWS::DynamoDB::Table')) {
    const { AttributeDefinitions, KeySchema, StreamSpecification } = Table.parse(properties)
    await dynamo.send(
      new CreateTableCommand({
        TableName: deployment.arnOf(id).split('/')[1],
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions,
        KeySchema,
        StreamSpecification: { ...StreamSpecification, StreamEnabled: true },
      }),
    )
  }
  for (const { properties } of deployment.all('AWS::Events::EventBus'))
    await events.send(new CreateEventBusCommand({ Name: String(properties.Name) }))
}
