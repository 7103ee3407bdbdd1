import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'

/** One error code in an answer of Kafka, with Kafka's own words where it gave any. */
export interface Refusal {
  /** Kafka's name of the code, for instance `INVALID_CONFIG`. */
  readonly name: string
  readonly words: string | undefined
  /** Whether the same request may be answered differently a moment later or by another broker. */
  readonly passing: boolean
}

/** The library's codes for "the other side did not answer"; its time-outs carry the first one too. */
const NO_ANSWER = new Set<unknown>(['PLT_KFK_NETWORK', 'PLT_KFK_TIMEOUT'])

/** How deep errors are nested in each other at most. */
const MAX_DEPTH = 8

/** The refusals in what a call threw; none when it failed for another reason. */
export function refusalsIn(thrown: unknown): readonly Refusal[] {
  return unfold(thrown).flatMap((error) => {
    if (!('apiId' in error) || typeof error.apiId !== 'string') return []
    const words = 'serverErrorMessage' in error ? error.serverErrorMessage : undefined
    return [
      {
        name: error.apiId,
        words: typeof words === 'string' && words !== '' ? words : undefined,
        passing: 'canRetry' in error && error.canRetry === true,
      },
    ]
  })
}

/** The refusal that an error code in an answer stands for; undefined for 0, which is none. */
export function refusalOf(errorCode: number): Refusal | undefined {
  if (errorCode === 0) return undefined
  const name = protocolErrorsCodesById[errorCode] ?? `error ${errorCode}`
  return { name, words: undefined, passing: protocolErrors[name]?.canRetry ?? false }
}

/** Tells whether the other side was not reached, hung up or did not answer in time: nothing is known about the request. */
export function isNoAnswer(thrown: unknown): boolean {
  return unfold(thrown).some((error) => 'code' in error && NO_ANSWER.has(error.code))
}

/** Tells whether user name and password were refused. */
export function isAuthenticationFailure(thrown: unknown): boolean {
  return unfold(thrown).some((error) => 'code' in error && error.code === 'PLT_KFK_AUTHENTICATION')
}

/** Tells whether another broker, or the same a moment later, may answer where this call failed. */
export function isPassing(thrown: unknown): boolean {
  const refusals = refusalsIn(thrown)
  if (refusals.length > 0) return refusals.every(({ passing }) => passing)
  return isNoAnswer(thrown) && !isAuthenticationFailure(thrown)
}

/** What becomes of a refusal that no caller expects: Weir's own request was wrong. */
export function unexpected(call: string, thrown: unknown): unknown {
  const [refusal] = refusalsIn(thrown)
  if (thrown instanceof DomainError || refusal === undefined) return thrown
  return new DomainError('INTERNAL', `Kafka refused ${call}: ${describe(refusal)}.`, { cause: thrown })
}

/** A refusal in words, for people. */
export function describe({ name, words }: Refusal): string {
  return words === undefined ? name : `${name} (${words.replace(/\.$/, '')})`
}

/** Why a call failed, for the log: the innermost error says most. */
export function rootReason(thrown: unknown): string {
  return unfold(thrown).at(-1)?.message ?? String(thrown)
}

/** An error with its causes and parts, outermost first. */
function unfold(thrown: unknown, depth = 0): readonly Error[] {
  if (!(thrown instanceof Error) || depth > MAX_DEPTH) return []
  const parts: readonly unknown[] = [thrown.cause, ...(thrown instanceof AggregateError ? thrown.errors : [])]
  return [thrown, ...parts.flatMap((part) => unfold(part, depth + 1))]
}
