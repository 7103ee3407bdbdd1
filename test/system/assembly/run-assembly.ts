import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { SCOPE_NAMES } from '../../../shared/contract/scope.ts'
import type { JobName } from '../../../shared/deployment/schedules.ts'
import { startAwsEmulator } from '../../emulator/aws-emulator.ts'
import type { SessionKeys } from '../../emulator/instance-metadata.ts'
import type { Ec2Server } from '../../functions/adapters/ec2/ec2-server.ts'
import { startKmsServer } from '../../functions/adapters/kms-server.ts'
import { type AwsFront, openAwsFront } from './aws-front.ts'
import { hostRoleOf, startCloud } from './cloud.ts'
import { fleetOf } from './fleet.ts'
import { deployFunctions, type Functions } from './functions.ts'
import { serveGateway } from './gateway.ts'
import { hostSession, iamSessions } from './host-sessions.ts'
import { type Identities, openIdentities } from './identities.ts'
import { type Judged, noted } from './judged.ts'
import { type Meter, openMeter } from './meter.ts'
import { permissionsOf } from './permissions.ts'
import { followSchedules } from './schedules.ts'
import { servicesOf } from './services.ts'
import { deployStateMachines, type StateMachines } from './state-machines.ts'
import { followStreams } from './stream.ts'
import { ADDRESS, type Assembly, ISSUER, REGION } from './synthesize.ts'
import { type Deployment, deploy, type Templates } from './template.ts'

/** A synthesized deployment that runs. */
export interface RunningAssembly {
  readonly tenantUrl: string
  readonly hostUrl: string
  readonly front: AwsFront
  /** Who holds which keys, functions under their names. */
  readonly identities: Identities
  readonly ec2: Ec2Server
  readonly deployment: Deployment
  readonly functions: Pick<Functions, 'idle'>
  readonly machines: StateMachines
  readonly meter: Meter
  /** All that was asked of the permissions. */
  readonly judged: readonly Judged[]
  /** The name that KMS gave the key of the authorities. */
  readonly keyArn: string
  /** What failed where nobody was told: invocations, streams, executions that could not go on. */
  readonly failures: readonly string[]
  /** Runs a job now, beside its schedule. */
  runJob(name: JobName): Promise<void>
  /** Notes one more of them. */
  failed(thrown: unknown): void
  /** A tenant's token of the issuer that the deployment was told of. */
  tenantToken(tenantId: string): Promise<string>
  /** The keys of a machine's session of its role. */
  hostKeys(instanceId: string): SessionKeys
  stop(): Promise<void>
}

const ADMIN = { accessKeyId: 'admin', secretAccessKey: 'of CloudFormation' }

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
  const keyArn = kms.makeKey()
  const deployment = deploy(directory, REGION, { ...(spoil && { spoil }), keyArn })
  const ec2 = await startCloud(deployment)
  ending.push(ec2.close)
  const judged: Judged[] = []
  const permissions = noted(permissionsOf(deployment), judged)
  const identities = openIdentities()
  const meter = openMeter()
  const failures: string[] = []
  let stopping = false
  const failed = (thrown: unknown) => {
    // What is interrupted by the end of everything has not failed.
    if (!stopping) failures.push(String(thrown))
  }
  const late: { front?: AwsFront } = {}
  const functions = deployFunctions(directory, deployment, {
    region: REGION,
    vpcId: fleetOf(deployment).vpcId,
    endpoint: () => late.front?.endpoint ?? '',
    identities,
    meter,
    certificateFile,
    onFailure: (arn, thrown) => failed(`${arn.split(':').at(-1)}: ${String(thrown)}`),
  })
  ending.push(functions.stop)
  const machines = deployStateMachines(deployment, functions, permissions, failed)
  ending.push(machines.engine.close)
  const endpoints = { emulatorEndpoint: emulator.endpoint, kmsEndpoint: kms.endpoint }
  late.front = await openAwsFront({
    address: ADDRESS,
    permissions,
    identities,
    services: servicesOf({ deployment, identities, ...endpoints, ec2, machines }),
    onCall: (call, { processName = '' }, answer) => meter.called(processName, call, answer),
    onFault: failed,
  })
  ending.push(late.front.close)

  const settings = { endpoint: emulator.endpoint, region: REGION, credentials: ADMIN }
  await makeData(deployment, new DynamoDBClient(settings), new EventBridgeClient(settings))
  ending.push(followStreams(deployment, functions, permissions, new DynamoDBStreamsClient(settings), failed))

  ending.push(followSchedules(deployment, functions))

  const hostParts = { roleName: hostRoleOf(deployment), vpcId: fleetOf(deployment).vpcId, place: deployment }
  const gatewayParts = {
    deployment,
    functions,
    address: ADDRESS,
    iamSession: iamSessions({ account: deployment.account, identities, permissions, onRefusal: failed }),
  }
  const tenantApi = await serveGateway({ ...gatewayParts, apiName: `weir-${stage}-tenant` })
  ending.push(tenantApi.close)
  const hostApi = await serveGateway({ ...gatewayParts, apiName: `weir-${stage}-hosts` })
  ending.push(hostApi.close)
  ending.push(() => {
    stopping = true
  })

  return {
    tenantUrl: tenantApi.url,
    hostUrl: hostApi.url,
    front: late.front,
    identities,
    ec2,
    deployment,
    functions,
    machines,
    meter,
    judged,
    keyArn,
    failures,
    async runJob(name) {
      const place = `${deployment.region}:${deployment.account}`
      await functions.invoke(`arn:aws:lambda:${place}:function:weir-${stage}-${name}`, {}, { scheduled: true })
    },
    failed,
    tenantToken: (tenantId) => sign('weir', 'ana', { tenant: tenantId, scope: SCOPE_NAMES.join(' ') }),
    hostKeys: (instanceId) => hostSession(identities, hostParts, instanceId),
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
