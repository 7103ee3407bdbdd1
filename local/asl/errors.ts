import type { Json } from '../../shared/ports/store.ts'
import { MAX_PAYLOAD_BYTES, payloadBytes } from './failure.ts'

/** The engine refused a call; `name` is the error name of the service's API. */
export class EngineError extends Error {
  override readonly name: EngineErrorName

  constructor(name: EngineErrorName, message: string) {
    super(message)
    this.name = name
  }
}

/** Error names of the service's API that callers act on. */
export type EngineErrorName =
  | 'ExecutionAlreadyExists'
  | 'ExecutionDoesNotExist'
  | 'InvalidExecutionInput'
  | 'InvalidName'
  | 'InvalidOutput'
  | 'StateMachineDoesNotExist'
  | 'TaskDoesNotExist'
  | 'TaskTimedOut'

/** The longest name of an execution. */
const MAX_NAME_CHARACTERS = 80

/** Throws `InvalidName` for a name that the service does not take. */
export function checkName(name: string): void {
  if (name.length < 1 || name.length > MAX_NAME_CHARACTERS || !/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]+$/u.test(name))
    throw new EngineError('InvalidName', `'${name}' is not a valid name of an execution`)
}

/** Throws the given error when a value passed from outside is longer than the service takes. */
export function checkSize(value: Json, error: 'InvalidExecutionInput' | 'InvalidOutput'): void {
  if (payloadBytes(value) > MAX_PAYLOAD_BYTES)
    throw new EngineError(error, `the value is longer than ${MAX_PAYLOAD_BYTES} bytes`)
}
