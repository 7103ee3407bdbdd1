import type { OfferedOperation } from '../lifecycle/lifecycle.ts'
import type { Json } from './store.ts'

/** What every execution is started with; everything else is read from the store by its steps. */
export interface ExecutionInput {
  readonly tenantId: string
  readonly clusterId: string
  readonly operationId: string
  readonly attempt: number
}

/** The name of an execution: one per operation and attempt, so that a second start of the same finds the first. */
export function executionName(operationId: string, attempt: number): string {
  return `${operationId}-${attempt}`
}

/** What became of an execution; `Absent` where it never began, or so long ago that nobody remembers it. */
export type ExecutionState = 'Running' | 'Ended' | 'Absent'

/** Runs the workflows: Step Functions on AWS, the journalled interpreter on one machine. */
export interface Workflows {
  /** Starts once: a start of the same name and input that was seen before changes nothing. */
  start(workflow: OfferedOperation, input: ExecutionInput): Promise<void>
  /** Ends an execution where it stands; one that has ended or never began is left alone. */
  stop(workflow: OfferedOperation, name: string, reason: string): Promise<void>
  describe(workflow: OfferedOperation, name: string): Promise<ExecutionState>
  /** Lets a parked task go on; false when the task is no longer waiting. */
  succeed(taskToken: string, output: Json): Promise<boolean>
  /** Lets a parked task fail with an error of the catalogue; false when it is no longer waiting. */
  fail(taskToken: string, error: string, cause: string): Promise<boolean>
  /** Tells that a parked task's host is alive and at work; false when it is no longer waiting. */
  heartbeat(taskToken: string): Promise<boolean>
}
