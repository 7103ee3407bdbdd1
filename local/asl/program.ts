import type { z } from 'zod'
import type { stateFields } from './state-fields.ts'

type Fields<T extends keyof typeof stateFields> = z.infer<(typeof stateFields)[T]>

/** A Map with its item processor loaded. */
export type MapState = Omit<Fields<'Map'>, 'ItemProcessor'> & { readonly ItemProcessor: States }
/** A Parallel with its branches loaded. */
export type ParallelState = Omit<Fields<'Parallel'>, 'Branches'> & { readonly Branches: readonly States[] }
export type TaskState = Fields<'Task'>
export type ChoiceState = Fields<'Choice'>
export type WaitState = Fields<'Wait'>
export type PassState = Fields<'Pass'>
export type SucceedState = Fields<'Succeed'>
export type FailState = Fields<'Fail'>

/** One state as it runs. */
export type State =
  | TaskState
  | ChoiceState
  | WaitState
  | PassState
  | MapState
  | ParallelState
  | SucceedState
  | FailState

export type Retrier = NonNullable<TaskState['Retry']>[number]
export type Catcher = NonNullable<TaskState['Catch']>[number]

/** States that lead to each other, entered at `startAt`. */
export interface States {
  readonly startAt: string
  readonly states: ReadonlyMap<string, State>
}

/** A definition that was found to run here as it runs on the service. */
export interface Program extends States {
  readonly timeoutSeconds: number | undefined
}
