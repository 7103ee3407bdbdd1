import { SFNClient } from '@aws-sdk/client-sfn'
import { afterEach, describe, expect, test } from 'vitest'
import { stepFunctions } from '../../../functions/adapters/step-functions.ts'
import { type AwsJsonServer, clientSettings, startAwsJsonServer, type WireAnswer } from './aws-json-server.ts'

const account = 'arn:aws:states:eu-west-1:123456789012'
const machine = `${account}:stateMachine:weir-test-`
const execution = `${account}:execution:weir-test-createCluster:op_1-2`
const input = { tenantId: 'acme', clusterId: 'clu_1', operationId: 'op_1', attempt: 2 }

let server: AwsJsonServer | undefined
let client: SFNClient | undefined
afterEach(async () => {
  client?.destroy()
  await server?.close()
})

async function workflowsAt(answer: WireAnswer) {
  server = await startAwsJsonServer(() => answer)
  client = new SFNClient(clientSettings(server))
  return { workflows: stepFunctions({ client, stateMachineArnPrefix: machine }), server }
}

describe('starting', () => {
  test('names the execution after operation and attempt and hands over the ids', async () => {
    const { workflows, server } = await workflowsAt({ body: { executionArn: execution, startDate: 1_795_000_000 } })
    await workflows.start('createCluster', input)
    expect(server.calls).toEqual([
      {
        action: 'AWSStepFunctions.StartExecution',
        contentType: 'application/x-amz-json-1.0',
        body: { stateMachineArn: `${machine}createCluster`, name: 'op_1-2', input: JSON.stringify(input) },
      },
    ])
  })

  test('is done when the execution exists', async () => {
    const { workflows } = await workflowsAt({ status: 400, error: 'ExecutionAlreadyExists' })
    await expect(workflows.start('createCluster', input)).resolves.toBeUndefined()
  })

  test.each(['StateMachineDoesNotExist', 'ExecutionLimitExceeded', 'InvalidName'])('fails with %s', async (error) => {
    const { workflows } = await workflowsAt({ status: 400, error })
    await expect(workflows.start('deleteCluster', input)).rejects.toMatchObject({ name: error })
  })
})

describe('asking what became of an execution', () => {
  test.each([
    ['RUNNING', 'Running'],
    ['SUCCEEDED', 'Ended'],
    ['FAILED', 'Ended'],
    ['TIMED_OUT', 'Ended'],
    ['ABORTED', 'Ended'],
  ])('says of one that is %s that it is %s', async (status, state) => {
    const { workflows, server } = await workflowsAt({ body: { executionArn: execution, status } })
    await expect(workflows.describe('createCluster', 'op_1-2')).resolves.toBe(state)
    expect(server.calls[0]).toMatchObject({
      action: 'AWSStepFunctions.DescribeExecution',
      body: { executionArn: execution },
    })
  })

  test('says of one that nobody knows that it is absent', async () => {
    const { workflows } = await workflowsAt({ status: 400, error: 'ExecutionDoesNotExist' })
    await expect(workflows.describe('createCluster', 'op_1-2')).resolves.toBe('Absent')
  })
})

describe('stopping', () => {
  test('names the execution by its ARN and says why, as far as the service takes it', async () => {
    const { workflows, server } = await workflowsAt({ body: { stopDate: 1_795_000_000 } })
    await workflows.stop('createCluster', 'op_1-2', 'x'.repeat(40_000))
    expect(server.calls[0]).toMatchObject({
      action: 'AWSStepFunctions.StopExecution',
      body: { executionArn: execution, error: 'OPERATION_SUPERSEDED', cause: 'x'.repeat(32_768) },
    })
  })

  test('is done when there is no such execution', async () => {
    const { workflows } = await workflowsAt({ status: 400, error: 'ExecutionDoesNotExist' })
    await expect(workflows.stop('createCluster', 'op_1-2', 'superseded')).resolves.toBeUndefined()
  })

  test('fails when the service refuses', async () => {
    const { workflows } = await workflowsAt({ status: 400, error: 'InvalidArn' })
    await expect(workflows.stop('createCluster', 'op_1-2', 'superseded')).rejects.toMatchObject({ name: 'InvalidArn' })
  })
})

describe('a parked task', () => {
  test('goes on, fails with as much of the cause as the service takes, or is kept alive', async () => {
    const { workflows, server } = await workflowsAt({ body: {} })
    expect(await workflows.succeed('token', { ready: true })).toBe(true)
    expect(await workflows.fail('token', 'HOST_FAILED', 'x'.repeat(40_000))).toBe(true)
    expect(await workflows.heartbeat('token')).toBe(true)
    expect(server.calls.map(({ action, body }) => [action, body])).toEqual([
      ['AWSStepFunctions.SendTaskSuccess', { taskToken: 'token', output: '{"ready":true}' }],
      ['AWSStepFunctions.SendTaskFailure', { taskToken: 'token', error: 'HOST_FAILED', cause: 'x'.repeat(32_768) }],
      ['AWSStepFunctions.SendTaskHeartbeat', { taskToken: 'token' }],
    ])
  })

  test.each(['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken'])('waits no longer after %s', async (error) => {
    const { workflows } = await workflowsAt({ status: 400, error })
    expect(await workflows.succeed('token', null)).toBe(false)
    expect(await workflows.fail('token', 'HOST_FAILED', 'gone')).toBe(false)
    expect(await workflows.heartbeat('token')).toBe(false)
  })

  test('is not taken for ended when the service fails', async () => {
    const { workflows } = await workflowsAt({ status: 500, error: 'InternalServerError' })
    await expect(workflows.succeed('token', null)).rejects.toThrow()
    await expect(workflows.fail('token', 'HOST_FAILED', 'gone')).rejects.toThrow()
    await expect(workflows.heartbeat('token')).rejects.toThrow()
  })
})
