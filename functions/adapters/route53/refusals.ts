import { Route53ServiceException } from '@aws-sdk/client-route-53'
import { DomainError } from '../../../shared/errors/domain-error.ts'

/** The code that Route 53 refused a call with; nothing for any other failure. */
function refusalCode(thrown: unknown): string | undefined {
  return thrown instanceof Route53ServiceException ? thrown.name : undefined
}

/**
 * A change does not fit what is there. The service says so in an answer of two forms, and the SDK finds no code in the older one,
 * which has messages only.
 */
export function isInvalidBatch(thrown: unknown): boolean {
  return (
    thrown instanceof Route53ServiceException &&
    (thrown.name === 'InvalidChangeBatch' || (thrown.$metadata.httpStatusCode === 400 && 'Messages' in thrown))
  )
}

/** Five calls a second for the whole account, and one change of a zone at a time: what comes too early is told so. */
const TOO_EARLY = ['Throttling', 'ThrottlingException', 'PriorRequestNotComplete']

/** What a call failed with, in the words of the catalogue; AWS's own words go into the log and to nobody else. */
export function namesFailure(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown
  const code = refusalCode(thrown) ?? ''
  const context = { cause: thrown }
  if (TOO_EARLY.includes(code)) {
    return new DomainError('NOT_YET', 'The hosted zone takes no further change at the moment.', context)
  }
  if (code === 'NoSuchHostedZone') {
    return new DomainError('NOT_PROVIDED', 'The hosted zone of this deployment does not exist.', context)
  }
  return new DomainError('INTERNAL', 'A call for the names of a cluster failed; the reason is in the log.', context)
}
