import type { StepName } from '../steps/steps.ts'
import type { Retrier, State } from '../workflow.ts'

/** Where a wish to pause or cancel leads; a fragment with a border has these exits. */
export const BORDER_EXITS = ['RecordPaused', 'RecordCancelled'] as const
export type BorderExit = (typeof BORDER_EXITS)[number]

/** The steps that stand at the border between two nodes: each answers a verdict and the node that it is about. */
type ChoosingStep = Extract<StepName, `choose${string}` | `judge${string}`>

/** Asks the step what comes next; its answer is `$verdict`, and `$node.nodeId` where a node is meant. */
export function asking<const Next extends string, const OnError extends string = never>(
  step: ChoosingStep,
  then: {
    readonly Next: Next
    readonly OnError?: OnError
    readonly Comment?: string
    readonly Node?: string
    readonly Retry?: readonly Retrier[]
  },
): State<Next | OnError> {
  return {
    Type: 'Task',
    Step: step,
    Assign: { verdict: '{% $states.result.Payload.verdict %}', node: '{% $states.result.Payload %}' },
    ...then,
  }
}

/** Goes where the verdict leads, and on when none of them is given. */
export function deciding<const Next extends string>(
  verdicts: Readonly<Record<string, Next>>,
  otherwise: Next,
): State<Next> {
  return {
    Type: 'Choice',
    Choices: Object.entries(verdicts).map(([verdict, Next]) => ({ Condition: `{% $verdict = '${verdict}' %}`, Next })),
    Default: otherwise,
  }
}

/** Goes where the verdict leads, heeds a wish to pause or cancel, and goes on when there is nothing left to do. */
export function atBorder<const Next extends string, const Rest extends string>(
  verdicts: Readonly<Record<string, Next>>,
  nothingLeft: Rest,
): State<Next | Rest | BorderExit> {
  return deciding<Next | Rest | BorderExit>(
    { ...verdicts, Pause: 'RecordPaused', Cancel: 'RecordCancelled' },
    nothingLeft,
  )
}
