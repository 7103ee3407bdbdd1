import type { StepName } from './steps/steps.ts'

/** When a Task is tried again, in the States Language's own words. */
export interface Retrier {
  readonly ErrorEquals: readonly [string, ...string[]]
  readonly IntervalSeconds: number
  readonly BackoffRate: number
  readonly MaxDelaySeconds?: number
  readonly MaxAttempts: number
  readonly JitterStrategy?: 'FULL' | 'NONE'
}

type Flow<S> = { readonly Next: S } | { readonly End: true }

/** A call of one of our steps. `Assign` reads the step's answer from `$states.result.Payload`. */
interface Task<S> {
  readonly Type: 'Task'
  readonly Comment?: string
  readonly Step: StepName
  /** The variable that holds the node the step is about, where no Map gives it: `$name` or `$name.field`. */
  readonly Node?: string
  readonly Assign?: Readonly<Record<string, string>>
  readonly Retry?: readonly Retrier[]
  /** Only for steps that park on a host: the whole wait, and the longest silence of the host within it. */
  readonly TimeoutSeconds?: number
  readonly HeartbeatSeconds?: number
  readonly OnError?: S
}

/** The same states for each item of a list; the item is the node id that the steps inside are about. */
interface ForEachNode<S> {
  readonly Type: 'Map'
  readonly Comment?: string
  readonly Items: string
  readonly MaxConcurrency: number
  readonly ItemProcessor: { readonly StartAt: string; readonly States: Readonly<Record<string, State<string>>> }
  readonly OnError?: S
}

interface Choice<S> {
  readonly Type: 'Choice'
  readonly Comment?: string
  readonly Choices: readonly { readonly Condition: string; readonly Next: S }[]
  readonly Default: S
}

/** The part of the Amazon States Language that our workflows are written in, each Task naming one of our steps. */
export type State<S extends string> =
  | (Task<S> & Flow<S>)
  | (ForEachNode<S> & Flow<S>)
  | Choice<S>
  | { readonly Type: 'Succeed' }
  | { readonly Type: 'Fail'; readonly Error: string; readonly Cause?: string }

/** An order of steps. Decisions that need data are made in a step and returned as a value for one Choice. */
export interface Workflow {
  readonly Comment: string
  readonly StartAt: string
  readonly TimeoutSeconds: number
  /** Where every Task and Map of the top level goes on when it fails for good, unless it says otherwise. */
  readonly OnError: string
  readonly States: Readonly<Record<string, State<string>>>
}

/** Checks at compile time that StartAt and every Next, Default and OnError name a state of the workflow. */
export function defineWorkflow<S extends string>(workflow: {
  readonly Comment: string
  readonly StartAt: NoInfer<S>
  readonly TimeoutSeconds: number
  readonly OnError: NoInfer<S>
  readonly States: { readonly [K in S]: State<NoInfer<S>> }
}): Workflow {
  return workflow
}

/** The states done for each node; the same checks as for a workflow, one level down. */
export function forEachNode<S extends string>(processor: {
  readonly StartAt: NoInfer<S>
  readonly States: { readonly [K in S]: State<NoInfer<S>> }
}): { readonly StartAt: string; readonly States: Readonly<Record<string, State<string>>> } {
  return processor
}

/** One step done for each node, in a state that is called like the step. */
export function stepForEachNode(task: Omit<Task<never>, 'Type' | 'OnError'>): ReturnType<typeof forEachNode> {
  const name = task.Step.charAt(0).toUpperCase() + task.Step.slice(1)
  return { StartAt: name, States: { [name]: { Type: 'Task', ...task, End: true } } }
}
