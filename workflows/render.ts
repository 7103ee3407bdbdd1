import type { Json } from '../shared/ports/store.ts'
import { RETRY_TRANSIENT } from './retry.ts'
import { stepGroup } from './step-groups.ts'
import { STEPS, type StepName } from './steps/steps.ts'
import type { State, Workflow } from './workflow.ts'

type Definition = { readonly [key: string]: Json | undefined }

/** The ids that every state hands on unchanged. */
const IDS = ['tenantId', 'clusterId', 'operationId', 'attempt'] as const

/** The variable that a definition has in place of a function's ARN. */
export function functionVariable(group: string): string {
  return `${group.replace(/[^A-Za-z0-9]/g, '')}Function`
}

/** What a function is called in a definition until the deployment substitutes its ARN. */
export function functionPlaceholder(group: string): string {
  return `\${${functionVariable(group)}}`
}

/**
 * The definition as Step Functions reads it, in JSONata. The state machine's input flows through unchanged: what a step
 * answers goes into variables, and everything else is read from the store by the next step.
 */
export function toAsl(workflow: Workflow): Definition {
  const { Comment, StartAt, TimeoutSeconds, OnError, States } = workflow
  return { Comment, QueryLanguage: 'JSONata', StartAt, TimeoutSeconds, States: renderStates(States, OnError) }
}

function renderStates(states: Readonly<Record<string, State<string>>>, onError: string | undefined): Definition {
  return Object.fromEntries(Object.entries(states).map(([name, state]) => [name, renderState(state, onError)]))
}

function renderState(state: State<string>, onError: string | undefined): Definition {
  if (state.Type === 'Task') return renderTask(state, state.OnError ?? onError)
  if (state.Type === 'Map') return renderMap(state, state.OnError ?? onError)
  if (state.Type === 'Choice') return { ...state, Choices: state.Choices.map((choice) => ({ ...choice })) }
  return { ...state }
}

const flow = (state: { readonly Next: string } | { readonly End: true }): Definition =>
  'Next' in state ? { Next: state.Next } : { End: true }

const comment = (state: { readonly Comment?: string }): Definition =>
  state.Comment === undefined ? {} : { Comment: state.Comment }

/** A failure keeps the ids; what failed is in the step's own record. */
const catcher = (next: string | undefined): Definition =>
  next === undefined ? {} : { Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input %}', Next: next }] }

function renderTask(state: Extract<State<string>, { Type: 'Task' }>, onError: string | undefined): Definition {
  const step = STEPS[state.Step]
  const parks = 'parks' in step
  const payload = {
    step: state.Step,
    input:
      state.Node === undefined ? '{% $states.input %}' : `{% $merge([$states.input, {"nodeId": ${state.Node}}]) %}`,
    ...(parks && { taskToken: '{% $states.context.Task.Token %}' }),
  }
  return {
    Type: 'Task',
    ...comment(state),
    Resource: parks ? 'arn:aws:states:::lambda:invoke.waitForTaskToken' : 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionPlaceholder(stepGroup(state.Step)), Payload: payload },
    Output: '{% $states.input %}',
    ...(state.Assign && { Assign: { ...state.Assign } }),
    TimeoutSeconds: state.TimeoutSeconds ?? step.timeoutSeconds + TIMEOUT_MARGIN_SECONDS,
    ...(state.HeartbeatSeconds !== undefined && { HeartbeatSeconds: state.HeartbeatSeconds }),
    Retry: (state.Retry ?? RETRY_TRANSIENT).map((retrier) => ({ ...retrier, ErrorEquals: [...retrier.ErrorEquals] })),
    ...catcher(onError),
    ...flow(state),
  }
}

/** The function ends by its own timeout first, which tells more than the Task's; this is the gap between the two. */
const TIMEOUT_MARGIN_SECONDS = 5

function renderMap(state: Extract<State<string>, { Type: 'Map' }>, onError: string | undefined): Definition {
  const ids = Object.fromEntries(IDS.map((id) => [id, `{% $states.input.${id} %}`]))
  return {
    Type: 'Map',
    ...comment(state),
    Items: state.Items,
    ItemSelector: { ...ids, nodeId: '{% $states.context.Map.Item.Value %}' },
    MaxConcurrency: state.MaxConcurrency,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: state.ItemProcessor.StartAt,
      States: renderStates(state.ItemProcessor.States, undefined),
    },
    Output: '{% $states.input %}',
    ...catcher(onError),
    ...flow(state),
  }
}

/** The steps that a workflow calls, each once, in order of appearance. */
export function stepsOf(workflow: Workflow): readonly StepName[] {
  const inStates = (states: Readonly<Record<string, State<string>>>): StepName[] =>
    Object.values(states).flatMap((state) =>
      state.Type === 'Task' ? [state.Step] : state.Type === 'Map' ? inStates(state.ItemProcessor.States) : [],
    )
  return [...new Set(inStates(workflow.States))]
}
