import { z } from 'zod'
import type { Json } from '../../shared/ports/store.ts'
import { isExpression } from './expression.ts'

/** The longest wait or timeout the service takes, in seconds. */
const MAX_SECONDS = 99_999_999

/** The longest `MaxDelaySeconds`, one of the service's limits: 366 days, exclusive. */
const MAX_DELAY_SECONDS = 31_622_400

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** Whether the text is a time as the service reads it: RFC 3339 with a capital T, and a time that exists. */
export function isTimestamp(text: string): boolean {
  return RFC_3339.test(text) && !Number.isNaN(Date.parse(text))
}

/** Whether the number of seconds is one the service waits for. */
export function isSeconds(value: Json, least: 0 | 1): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MAX_SECONDS
}

const template = z.custom<Json>((value) => value !== undefined)
const expression = z.string().refine(isExpression, 'must be a {% … %} expression')
const seconds = (least: 0 | 1) =>
  z.union([z.number().refine((value) => isSeconds(value, least)), expression], {
    error: `must be a whole number from ${least} to ${MAX_SECONDS} or a {% … %} expression`,
  })

/** Names of built-in errors whose behaviour in Retry and Catch is certain. */
const STATES_ERRORS = new Set([
  'States.ALL',
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.TaskFailed',
  'States.NoChoiceMatched',
  'States.QueryEvaluationError',
  'States.Runtime',
  'States.DataLimitExceeded',
  'States.Permissions',
])

const errorEquals = z
  .array(
    z.string().refine((name) => !name.startsWith('States.') || STATES_ERRORS.has(name), {
      error: (issue) => `${String(issue.input)} is not a supported error name`,
    }),
  )
  .min(1)
  .refine((names) => names.length === 1 || !names.includes('States.ALL'), 'States.ALL must stand alone')

const assign = z.record(
  z.string().refine((name) => isVariableName(name), 'is not a name a variable can have'),
  template,
)

const retrier = z
  .strictObject({
    ErrorEquals: errorEquals,
    Comment: z.string().optional(),
    IntervalSeconds: z.int().min(1).max(MAX_SECONDS).default(1),
    MaxAttempts: z.int().min(0).max(MAX_SECONDS).default(3),
    BackoffRate: z.number().min(1).default(2),
    MaxDelaySeconds: z.int().min(1).lt(MAX_DELAY_SECONDS).optional(),
    JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
  })
  .refine(({ MaxDelaySeconds: most, IntervalSeconds: first }) => most === undefined || most > first, {
    error: 'MaxDelaySeconds must be greater than IntervalSeconds',
  })

const catcher = z.strictObject({
  ErrorEquals: errorEquals,
  Comment: z.string().optional(),
  Next: z.string(),
  Assign: assign.optional(),
  Output: template.optional(),
})

const lastStandsAll = (list: readonly { readonly ErrorEquals: readonly string[] }[]) =>
  list.every(({ ErrorEquals }, index) => index === list.length - 1 || !ErrorEquals.includes('States.ALL'))
const allMustBeLast = 'States.ALL must be in the last entry'

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() }
const flow = { Next: z.string().optional(), End: z.literal(true).optional() }
const data = { Assign: assign.optional(), Output: template.optional() }
const faults = {
  Retry: z.array(retrier).refine(lastStandsAll, allMustBeLast).optional(),
  Catch: z.array(catcher).refine(lastStandsAll, allMustBeLast).optional(),
}

const choiceRule = z.strictObject({
  Condition: z.union([z.boolean(), expression], { error: 'must be true, false or a {% … %} expression' }),
  Next: z.string(),
  Comment: z.string().optional(),
  ...data,
})

/** The two ways a Task reaches a Lambda function: wait for its answer, or for the token handed to it. */
export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke'
export const LAMBDA_WAIT = 'arn:aws:states:::lambda:invoke.waitForTaskToken'

/** The fields of each type of state that the interpreter runs as the service does; any other field is refused. */
export const stateFields = {
  Task: z.strictObject({
    Type: z.literal('Task'),
    Resource: z.enum([LAMBDA_INVOKE, LAMBDA_WAIT]),
    Arguments: z.strictObject({ FunctionName: z.string().min(1), Payload: template.optional() }),
    TimeoutSeconds: seconds(1).optional(),
    HeartbeatSeconds: seconds(1).optional(),
    ...common,
    ...flow,
    ...data,
    ...faults,
  }),
  Choice: z.strictObject({
    Type: z.literal('Choice'),
    Choices: z.array(choiceRule).min(1),
    Default: z.string().optional(),
    ...common,
    ...data,
  }),
  Wait: z.strictObject({
    Type: z.literal('Wait'),
    Seconds: seconds(0).optional(),
    Timestamp: z
      .string()
      .refine((text) => isExpression(text) || isTimestamp(text), 'must be an RFC 3339 time or a {% … %} expression')
      .optional(),
    ...common,
    ...flow,
    ...data,
  }),
  Pass: z.strictObject({ Type: z.literal('Pass'), ...common, ...flow, ...data }),
  Map: z.strictObject({
    Type: z.literal('Map'),
    Items: z.union([z.array(template), expression], { error: 'must be an array or a {% … %} expression' }).optional(),
    ItemSelector: template.optional(),
    MaxConcurrency: z.union([z.int().min(0), expression]).optional(),
    ItemProcessor: template,
    ...common,
    ...flow,
    ...data,
    ...faults,
  }),
  Parallel: z.strictObject({
    Type: z.literal('Parallel'),
    Branches: z.array(template).min(1),
    Arguments: template.optional(),
    ...common,
    ...flow,
    ...data,
    ...faults,
  }),
  Succeed: z.strictObject({ Type: z.literal('Succeed'), Output: template.optional(), ...common }),
  Fail: z.strictObject({
    Type: z.literal('Fail'),
    Error: z.string().optional(),
    Cause: z.string().optional(),
    ...common,
  }),
}

/** The frame around states: at the top of a definition, of a Map's ItemProcessor and of a Parallel's branch. */
export const scopeFields = {
  definition: z.strictObject({
    StartAt: z.string(),
    States: z.record(z.string(), template),
    Comment: z.string().optional(),
    QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
    TimeoutSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
    Version: z.literal('1.0').optional(),
  }),
  processor: z.strictObject({
    StartAt: z.string(),
    States: z.record(z.string(), template),
    Comment: z.string().optional(),
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE').optional() }).optional(),
  }),
  branch: z.strictObject({
    StartAt: z.string(),
    States: z.record(z.string(), template),
    Comment: z.string().optional(),
  }),
}

/** The longest name of a variable. */
const MAX_VARIABLE_NAME = 80

function isVariableName(name: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}_]*$/u.test(name) && name.length <= MAX_VARIABLE_NAME && name !== 'states'
}
