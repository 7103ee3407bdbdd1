import { type ErrorCode, errorRow } from './catalogue.ts'

/** One broken rule of a request: where (a JSON pointer or a parameter name), which rule, and a sentence for people. */
export interface Violation {
  readonly pointer?: string
  readonly parameter?: string
  readonly rule: string
  readonly detail: string
}

/** What else an error may tell the caller; `cause` stays inside and is logged only. */
export interface ErrorContext {
  readonly violations?: readonly Violation[]
  readonly metadata?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/**
 * The only error that Weir throws on purpose. `name` is the catalogue's code, because Lambda reports an error's name to
 * Step Functions, where it is what a workflow retries or catches. `message` is public: never a secret, never a host.
 */
export class DomainError extends Error {
  override readonly name: ErrorCode
  readonly code: ErrorCode
  readonly context: ErrorContext

  constructor(code: ErrorCode, detail: string, context: ErrorContext = {}) {
    super(detail, { cause: context.cause })
    this.name = code
    this.code = code
    this.context = context
  }

  /** The HTTP status of the code. */
  get status(): number {
    return errorRow(this.code).status
  }
}

/** Turns anything that was thrown into a DomainError, so that the outside never sees a raw failure. */
export function toDomainError(thrown: unknown): DomainError {
  return thrown instanceof DomainError
    ? thrown
    : new DomainError('INTERNAL', 'An unexpected failure was logged under this request id.', { cause: thrown })
}
