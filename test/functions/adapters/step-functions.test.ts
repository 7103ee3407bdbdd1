import { SFNClient } from '@aws-sdk/client-sfn'
import { describe, expect, it } from 'vitest'
import { stepFunctions } from '../../../functions/adapters/step-functions.ts'
import { type ScriptedAnswer, scriptedAws } from './scripted-aws.ts'

const PREFIX = 'arn:aws:states:eu-central-1:123456789012:stateMachine:weir-test-'
const INPUT = { tenantId: 'acme', clusterId: 'clu_1', operationId: 'op_1', attempt: 2 }

async function opened(answer: ScriptedAnswer) {
  const { calls, settings } = await scriptedAws(() => answer)
  return { calls, workflows: stepFunctions({ client: new SFNClient(settings), stateMachineArnPrefix: PREFIX }) }
}

describe('workflows on Step Functions', () => {
  it('start the machine of the workflow under the name of the operation and its attempt, with ids only', async () => {
    const { calls, workflows } = await opened({ body: { executionArn: 'arn', startDate: 1 } })
    await workflows.start('createCluster', INPUT)
    expect(calls).toEqual([
      {
        action: 'StartExecution',
        input: { stateMachineArn: `${PREFIX}createCluster`, name: 'op_1-2', input: JSON.stringify(INPUT) },
      },
    ])
  })

  it('take a start of an execution that has ended for done', async () => {
    const { workflows } = await opened({ error: 'ExecutionAlreadyExists' })
    await expect(workflows.start('createCluster', INPUT)).resolves.toBeUndefined()
  })

  it('let other failures of a start through', async () => {
    const { workflows } = await opened({ error: 'StateMachineDoesNotExist' })
    await expect(workflows.start('createCluster', INPUT)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' })
  })

  it('end an execution by its own ARN, and take one that never began for ended', async () => {
    const { calls, workflows } = await opened({ error: 'ExecutionDoesNotExist' })
    await workflows.stop('createCluster', 'op_1-2', 'pre-empted by op_2')
    expect(calls[0]?.input).toMatchObject({
      executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:weir-test-createCluster:op_1-2',
      error: 'OPERATION_SUPERSEDED',
      cause: 'pre-empted by op_2',
    })
  })

  it.each(['TaskTimedOut', 'TaskDoesNotExist'])(
    'say that a task no longer waits when the answer is %s',
    async (error) => {
      const { workflows } = await opened({ error })
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
    expect(calls.map(({ action }) => action)).toEqual(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat'])
    expect(calls[0]?.input).toEqual({ taskToken: 'token', output: '{"ready":true}' })
    // The service refuses a longer cause, and with it the failure.
    expect(String(calls[1]?.input.cause)).toHaveLength(32_768)
  })

  it('do not take a token that the service cannot read for one that was used', async () => {
    const { workflows } = await opened({ error: 'InvalidToken' })
    await expect(workflows.succeed('token', {})).rejects.toMatchObject({ name: 'InvalidToken' })
  })
})
