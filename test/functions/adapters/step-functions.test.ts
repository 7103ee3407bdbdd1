import { SFNClient } from '@aws-sdk/client-sfn'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stepFunctions } from '../../../functions/adapters/step-functions.ts'
import { clientSettings, startAwsJsonServer, type WireAnswer } from './aws-json-server.ts'

const PREFIX = 'arn:aws:states:eu-central-1:123456789012:stateMachine:weir-test-'
const INPUT = { tenantId: 'acme', clusterId: 'clu_1', operationId: 'op_1', attempt: 2 }

async function opened(answer: WireAnswer) {
  const server = await startAwsJsonServer(() => answer)
  const client = new SFNClient(clientSettings(server))
  onTestFinished(async () => {
    client.destroy()
    await server.close()
  })
  return { calls: server.calls, workflows: stepFunctions({ client, stateMachineArnPrefix: PREFIX }) }
}

const refused = (error: string): WireAnswer => ({ status: 400, error })

describe('workflows on Step Functions', () => {
  it('start the machine of the workflow under the name of the operation and its attempt, with ids only', async () => {
    const { calls, workflows } = await opened({ body: { executionArn: 'arn', startDate: 1 } })
    await workflows.start('createCluster', INPUT)
    expect(calls).toMatchObject([
      {
        action: 'AWSStepFunctions.StartExecution',
        body: { stateMachineArn: `${PREFIX}createCluster`, name: 'op_1-2', input: JSON.stringify(INPUT) },
      },
    ])
  })

  it('take a start of an execution that has ended for done', async () => {
    const { workflows } = await opened(refused('ExecutionAlreadyExists'))
    await expect(workflows.start('createCluster', INPUT)).resolves.toBeUndefined()
  })

  it('let other failures of a start through', async () => {
    const { workflows } = await opened(refused('StateMachineDoesNotExist'))
    await expect(workflows.start('createCluster', INPUT)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' })
  })

  it('end an execution by its own ARN, and take one that never began for ended', async () => {
    const { calls, workflows } = await opened(refused('ExecutionDoesNotExist'))
    await workflows.stop('createCluster', 'op_1-2', 'pre-empted by op_2')
    expect(calls[0]?.body).toMatchObject({
      executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:weir-test-createCluster:op_1-2',
      error: 'OPERATION_SUPERSEDED',
      cause: 'pre-empted by op_2',
    })
  })

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'say that a task no longer waits when the answer is %s',
    async (error) => {
      const { workflows } = await opened(refused(error))
      expect(await workflows.succeed('token', {})).toBe(false)
      expect(await workflows.fail('token', 'HOST_FAILED', 'no disk')).toBe(false)
      expect(await workflows.heartbeat('token')).toBe(false)
    },
  )

  it('let a parked task go on, fail or wait longer', async () => {
    const { calls, workflows } = await opened({ body: {} })
    expect(await workflows.succeed('token', { ready: true })).toBe(true)
    expect(await workflows.fail('token', 'HOST_FAILED', 'x'.repeat(40_000))).toBe(true)
    expect(await workflows.heartbeat('token')).toBe(true)
    expect(calls.map(({ action }) => action.split('.')[1])).toEqual([
      'SendTaskSuccess',
      'SendTaskFailure',
      'SendTaskHeartbeat',
    ])
    expect(calls[0]?.body).toEqual({ taskToken: 'token', output: '{"ready":true}' })
    // The service refuses a longer cause, and with it the failure.
    expect(String(calls[1]?.body.cause)).toHaveLength(32_768)
  })

  it('let every other failure of an answer through', async () => {
    const { workflows } = await opened(refused('AccessDeniedException'))
    await expect(workflows.succeed('token', {})).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})
