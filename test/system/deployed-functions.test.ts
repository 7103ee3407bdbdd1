import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { handlerOf, writeBundle } from '../../infra/bundle.ts'
import type { FunctionKind } from '../../shared/deployment/environment.ts'
import { FOLLOWED_SORT_PREFIXES } from '../../shared/records/followed.ts'
import { proxyEvent } from '../api/proxy-event.ts'
import { type AwsEmulator, startAwsEmulator } from '../emulator/aws-emulator.ts'
import { createTable } from '../emulator/create-table.ts'
import { type FunctionProcess, startFunction } from '../emulator/function-process.ts'
import { type Ec2Server, startEc2Server } from '../functions/adapters/ec2/ec2-server.ts'
import { type KmsServer, startKmsServer } from '../functions/adapters/kms-server.ts'
import { type PrivateCaServer, startPrivateCaServer } from '../functions/adapters/private-ca/private-ca-server.ts'
import { FLEET } from '../infra/fleet-settings.ts'

const TABLE = 'weir-deployed'
const BUS = 'weir-deployed'
const MACHINES = 'arn:aws:states:us-east-1:000000000000:stateMachine:weir-deployed-'
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' }
const ALL = 'clusters:read clusters:write events:read'

const Answer = z.object({ statusCode: z.number(), body: z.string() })
const Operation = z.looseObject({ id: z.string(), state: z.string(), target: z.object({ id: z.string() }) })

let emulator: AwsEmulator
let bundle: string
let authorityKeyArn = ''
let kms: KmsServer
let ec2: Ec2Server
let privateCa: PrivateCaServer
const started: FunctionProcess[] = []

/** A function of a kind with these ports, as the deployment sets it up; the emulator takes the place of AWS. */
function deployed(kind: FunctionKind, ports: string, more: Readonly<Record<string, string>> = {}): FunctionProcess {
  const variables = {
    WEIR_FUNCTION: `${kind}-test`,
    WEIR_PORTS: ports,
    WEIR_LOG_LEVEL: 'error',
    WEIR_TABLE: TABLE,
    WEIR_STATE_MACHINE_ARN_PREFIX: MACHINES,
    WEIR_EVENT_BUS: BUS,
    WEIR_AUTHORITY_KEY_ARN: authorityKeyArn,
    WEIR_PUBLIC_ACCESS: 'none',
    WEIR_TENANT_ROLE_ARN: 'arn:aws:iam::000000000000:role/weir-deployed-tenant',
    WEIR_STAGE: 'dev',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_EC2: ec2.endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    ...more,
  }
  const running = startFunction(bundle, handlerOf(kind), variables)
  started.push(running)
  return running
}

async function call(api: FunctionProcess, method: string, path: string, body?: object) {
  const headers: Record<string, string> = method === 'POST' ? { 'Idempotency-Key': path } : {}
  const event = proxyEvent(method, path, { headers, ...(body && { body }) }, undefined)
  const authorizer = { tenantId: 'acme', subject: 'ana', scope: ALL }
  const answer = Answer.parse(await api.invoke({ ...event, requestContext: { ...event.requestContext, authorizer } }))
  return { status: answer.statusCode, body: answer.body === '' ? undefined : JSON.parse(answer.body) }
}

/** The stream's records that the deployed filter lets through, as Lambda hands them over. */
async function followedRecords(client: DynamoDBStreamsClient): Promise<readonly object[]> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: TABLE }))
  const StreamArn = Streams[0]?.StreamArn
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const pages = (StreamDescription?.Shards ?? []).map(async ({ ShardId }) => {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    )
    return (await client.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
  })
  return (await Promise.all(pages)).flat().filter(({ eventName, dynamodb }) => {
    const sort = dynamodb?.Keys?.sk?.S
    return eventName !== 'REMOVE' && FOLLOWED_SORT_PREFIXES.some((prefix) => sort?.startsWith(prefix))
  })
}

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'weir-bundle-'))
  writeBundle(bundle)
  emulator = await startAwsEmulator(['dynamodb', 'dynamodbstreams', 'stepfunctions', 'events', 'sts'])
  kms = await startKmsServer()
  privateCa = await startPrivateCaServer({ now: Date.now() })
  authorityKeyArn = kms.makeKey()
  ec2 = await startEc2Server({
    now: Date.now,
    pace: { visibleAfter: 0, volumeAvailableAfter: 0, runningAfter: 0, attachedAfter: 0 },
    vpcId: FLEET.vpcId,
    securityGroupIds: FLEET.securityGroupIds,
    templateIds: Object.values(FLEET.launchTemplates).map(({ id }) => id),
  })
  for (const { availabilityZone, subnetIds } of Object.values(FLEET.zones)) {
    for (const subnetId of subnetIds) ec2.subnets.set(subnetId, { zone: availabilityZone, free: 1 })
  }
})

afterAll(async () => {
  await Promise.all(started.map((running) => running.stop()))
  await emulator?.stop()
  await kms?.close()
  await privateCa?.close()
  await ec2?.close()
  rmSync(bundle, { recursive: true, force: true })
})

describe('the deployed functions, on an independent implementation of the AWS APIs', () => {
  it('carry an order from its request to a machine with its volume, and say what a deployment without a fleet cannot do', async () => {
    const settings = { endpoint: emulator.endpoint, region: 'us-east-1', credentials: CREDENTIALS }
    await createTable(new DynamoDBClient(settings), TABLE)
    const workflows = new SFNClient(settings)
    await new EventBridgeClient(settings).send(new CreateEventBusCommand({ Name: BUS }))
    const { stateMachineArn } = await workflows.send(
      new CreateStateMachineCommand({
        name: 'weir-deployed-createCluster',
        roleArn: 'arn:aws:iam::000000000000:role/test',
        definition: JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } }),
      }),
    )
    expect(stateMachineArn).toBe(`${MACHINES}createCluster`)

    const writeApi = deployed('api', 'clock,ids,log,store')
    const accepted = await call(writeApi, 'POST', '/v1/clusters', {
      name: 'orders',
      topology: 'combined',
      brokers: { volumeGiB: 100 },
    })
    expect(accepted).toMatchObject({ status: 202, body: { state: 'Pending' } })
    const { id: operationId, target } = Operation.parse(accepted.body)

    const changes = deployed('changes', 'store,clock,ids,log,workflows,events')
    const Records = await followedRecords(new DynamoDBStreamsClient(settings))
    expect(Records.length).toBeGreaterThan(1)
    expect(await changes.invoke({ Records })).toEqual({ batchItemFailures: [] })
    expect(await changes.invoke({ Records })).toEqual({ batchItemFailures: [] })
    const { executions = [] } = await workflows.send(new ListExecutionsCommand({ stateMachineArn }))
    expect(executions.map(({ name }) => name)).toEqual([`${operationId}-1`])
    const feed = await call(writeApi, 'GET', '/v1/events')
    expect(feed).toMatchObject({ status: 200, body: { items: expect.arrayContaining([expect.anything()]) } })

    const input = { tenantId: 'acme', clusterId: target.id, operationId, attempt: 1 }
    const recordSteps = deployed('steps', 'store,clock,ids,log')
    expect(await recordSteps.invoke({ step: 'beginOperation', input })).toMatchObject({ nodes: [1, 2, 3] })
    const certificatesSteps = deployed('steps', 'store,clock,ids,log,certificates', {
      WEIR_PRIVATE_CA_ARN: privateCa.arn,
      AWS_ENDPOINT_URL_ACM_PCA: privateCa.endpoint,
    })
    expect(await certificatesSteps.invoke({ step: 'ensureAuthority', input })).toEqual({})
    expect(await certificatesSteps.invoke({ step: 'ensureAuthority', input })).toEqual({})
    expect(privateCa.issued()).toBe(1)

    const WEIR_FLEET = JSON.stringify({ stage: 'dev', ...FLEET })
    const hostsSteps = deployed('steps', 'store,clock,ids,log,hosts', { WEIR_FLEET })
    expect(await hostsSteps.invoke({ step: 'ensureSecurityGroup', input })).toEqual({})
    for (const step of ['ensureAddress', 'ensureVolume', 'ensureInstance', 'ensureInstance']) {
      expect(await hostsSteps.invoke({ step, input: { ...input, nodeId: 1 } })).toEqual({})
    }
    expect([ec2.interfaces.size, ec2.volumes.size, ec2.machines.size]).toEqual([1, 1, 1])
    const [volume] = ec2.volumes.values()
    expect(volume?.holder?.instanceId).toBe([...ec2.machines.keys()][0])

    const withoutFleet = deployed('steps', 'store,clock,ids,log,hosts')
    await expect(withoutFleet.invoke({ step: 'ensureAddress', input: { ...input, nodeId: 2 } })).rejects.toMatchObject({
      errorType: 'NOT_PROVIDED',
    })
    await recordSteps.invoke({ step: 'recordFailure', input })
    expect(await call(writeApi, 'GET', `/v1/operations/${operationId}`)).toMatchObject({
      status: 200,
      body: { state: 'Failed', error: { code: 'NOT_PROVIDED', step: 'ensureAddress' } },
    })
  })

  it('take tokens of the issuer whose keys are published, and of no other', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const other = await generateKeyPair('ES256')
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }
    const server = createServer((_, response) => response.end(JSON.stringify(keys))).listen(0, '127.41.0.2')
    await once(server, 'listening')
    const address = server.address()
    const jwksUrl = `http://127.41.0.2:${typeof address === 'object' ? address?.port : ''}/jwks.json`
    const issuer = 'https://issuer.test/'
    const authorizer = deployed('authorizer', 'clock', {
      WEIR_ISSUER: issuer,
      WEIR_AUDIENCE: 'weir',
      WEIR_JWKS_URL: jwksUrl,
    })
    const ask = async (key: typeof privateKey) => {
      const token = new SignJWT({ tenant: 'acme', scope: ALL }).setProtectedHeader({ alg: 'ES256', kid: 'k' })
      const signed = await token
        .setIssuer(issuer)
        .setAudience('weir')
        .setSubject('ana')
        .setExpirationTime('1h')
        .sign(key)
      const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:api/live/GET/v1/clusters'
      return authorizer.invoke({ type: 'TOKEN', authorizationToken: `Bearer ${signed}`, methodArn })
    }
    try {
      expect(await ask(privateKey)).toMatchObject({ context: { tenantId: 'acme', subject: 'ana', scope: ALL } })
      await expect(ask(other.privateKey)).rejects.toMatchObject({ message: 'Unauthorized' })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
