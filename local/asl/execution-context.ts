import type { ExecutionRecord } from './journal.ts'

/** The account and region that stand in for the real ones in the names of this machine's executions. */
const ARN = 'arn:aws:states:local:000000000000'

/** The parts of the context object that stay the same throughout an execution. */
export function executionContext({ name, stateMachine, input, startedAt }: ExecutionRecord) {
  return {
    Execution: {
      Id: `${ARN}:execution:${stateMachine}:${name}`,
      Name: name,
      Input: input,
      RoleArn: 'arn:aws:iam::000000000000:role/weir-local',
      StartTime: new Date(startedAt).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: `${ARN}:stateMachine:${stateMachine}`, Name: stateMachine },
  }
}
