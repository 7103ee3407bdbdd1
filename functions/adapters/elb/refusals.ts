import { ElasticLoadBalancingV2ServiceException } from '@aws-sdk/client-elastic-load-balancing-v2'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import { fleetFailure } from '../ec2/refusals.ts'

/** The code that Elastic Load Balancing refused a call with, such as `ResourceInUse`; nothing for any other failure. */
export function refusalCode(thrown: unknown): string | undefined {
  // The service says it without the word that the SDK puts behind it.
  return thrown instanceof ElasticLoadBalancingV2ServiceException ? thrown.name.replace(/Exception$/, '') : undefined
}

/** A thing is not there: it is gone, or it was made a moment ago. */
export function isNotFound(thrown: unknown): boolean {
  return ['LoadBalancerNotFound', 'TargetGroupNotFound', 'ListenerNotFound'].includes(refusalCode(thrown) ?? '')
}

/** The account may not have more of it until somebody asks AWS for more. */
const ACCOUNT_LIMIT = [
  'TooManyLoadBalancers',
  'TooManyTargetGroups',
  'TooManyUniqueTargetGroupsPerLoadBalancer',
  'TooManyListeners',
  'TooManyTargets',
  'TooManyRegistrationsForTargetId',
  'TargetGroupAssociationLimit',
]

/** It exists and cannot be seen yet, or is still held by what goes, or there were too many calls. */
const NOT_YET = [
  'LoadBalancerNotFound',
  'TargetGroupNotFound',
  'ResourceInUse',
  'PriorRequestNotComplete',
  'Throttling',
  'RequestLimitExceeded',
]

/** What a call failed with, in the words of the catalogue; AWS's own words go into the log and to nobody else. */
export function entryFailure(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown
  const code = refusalCode(thrown)
  const context = { cause: thrown }
  // Of the calls for a security group.
  if (code === undefined) return fleetFailure(thrown)
  if (ACCOUNT_LIMIT.includes(code)) {
    const detail =
      'A limit for load balancers of the account is reached; the operators of the deployment have to raise it.'
    return new DomainError('NO_CAPACITY', detail, context)
  }
  if (NOT_YET.includes(code)) {
    return new DomainError('NOT_YET', 'What was made or changed a moment ago cannot be used yet.', context)
  }
  return new DomainError('INTERNAL', 'A call for a public entry failed; the reason is in the log.', context)
}
