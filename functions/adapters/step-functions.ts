import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn'
import { executionName, type Workflows } from '../../shared/ports/workflows.ts'
import { AWS_CLIENT_SETTINGS } from './aws-client-settings.ts'

/** What the workflows on Step Functions are made of. */
export interface StepFunctionsParts {
  /** By default one of the function's own region and role. */
  readonly client?: SFNClient
  /** The ARN of every state machine up to its workflow's name: `arn:…:stateMachine:weir-prod-`. */
  readonly stateMachineArnPrefix: string
}

/** The most characters that the service takes as the cause of a failure; it refuses longer ones. */
const MAX_CAUSE_CHARACTERS = 32_768

const NOT_WAITING = [TaskTimedOut, TaskDoesNotExist, InvalidToken] as const

/** Runs the workflows on Step Functions: one state machine per workflow, one execution per operation and attempt. */
export function stepFunctions({
  client = new SFNClient(AWS_CLIENT_SETTINGS),
  stateMachineArnPrefix,
}: StepFunctionsParts): Workflows {
  const executionArnPrefix = stateMachineArnPrefix.replace(':stateMachine:', ':execution:')
  return {
    async start(workflow, input) {
      const command = new StartExecutionCommand({
        stateMachineArn: `${stateMachineArnPrefix}${workflow}`,
        name: executionName(input.operationId, input.attempt),
        input: JSON.stringify(input),
      })
      // While an execution of this name runs, the same start finds it; once it has ended, the service says so.
      await ignoring(ExecutionAlreadyExists, client.send(command))
    },

    async stop(workflow, name, reason) {
      const command = new StopExecutionCommand({
        executionArn: `${executionArnPrefix}${workflow}:${name}`,
        error: 'OPERATION_SUPERSEDED',
        cause: reason.slice(0, MAX_CAUSE_CHARACTERS),
      })
      await ignoring(ExecutionDoesNotExist, client.send(command))
    },

    async describe(workflow, name) {
      try {
        const command = new DescribeExecutionCommand({ executionArn: `${executionArnPrefix}${workflow}:${name}` })
        return (await client.send(command)).status === 'RUNNING' ? 'Running' : 'Ended'
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return 'Absent'
        throw error
      }
    },

    succeed: (taskToken, output) =>
      stillWaiting(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),

    fail: (taskToken, error, cause) =>
      stillWaiting(
        client.send(new SendTaskFailureCommand({ taskToken, error, cause: cause.slice(0, MAX_CAUSE_CHARACTERS) })),
      ),

    heartbeat: (taskToken) => stillWaiting(client.send(new SendTaskHeartbeatCommand({ taskToken }))),
  }
}

async function ignoring(harmless: abstract new (...args: never[]) => Error, call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof harmless)) throw error
  }
}

/** False when the task was ended by an answer, its time limit or the end of its execution, or the token is none at all. */
async function stillWaiting(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (NOT_WAITING.some((kind) => error instanceof kind)) return false
    throw error
  }
}
