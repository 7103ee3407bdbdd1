import { conditionsHold } from './conditions.ts'
import { matchesAction, matchesResource } from './patterns.ts'
import type { Context, Policy, Statement } from './policy.ts'

/** One thing that is asked of a service. */
export interface Request {
  readonly action: string
  /** `*` where the action has no resource. */
  readonly resource: string
  readonly context: Context
}

/** The policy that a resource has itself. */
export interface ResourcePolicy {
  readonly policy: Policy
  /** Keys and private APIs are closed until their own policy lets somebody in; anywhere else the caller's policies suffice. */
  readonly mustAllow: boolean
}

/** Everything that says what a role may do in its own account. */
export interface Policies {
  readonly roleArn: string
  readonly identity: readonly Policy[]
  /** The most that the identity's policies can allow. */
  readonly boundary?: Policy
  /** The most that this session was taken on for. */
  readonly session?: readonly Policy[]
  readonly resource?: ResourcePolicy
  /** Of the endpoint that the request comes through, out of a network: the most that may pass it. */
  readonly endpoint?: Policy
}

/** Whether a request is allowed, and by what it is not. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly because: string }

/**
 * Judges a request of a role as IAM does within one account: what is denied anywhere is denied; then somebody must allow it, the
 * role's policies or the resource's; and boundary and session must allow it, too.
 */
export function evaluate(policies: Policies, request: Request): Verdict {
  const { identity, boundary, session, resource, endpoint, roleArn } = policies
  const passing = endpoint?.Statement.filter(({ Principal }) => isMeant(Principal, roleArn)) ?? []
  const owner = resource?.policy.Statement.filter(({ Principal }) => isMeant(Principal, roleArn)) ?? []
  const layers = [
    ['the policies of the role', statementsOf(identity)],
    ['the boundary of the role', boundary?.Statement],
    ['the policy of the session', session && statementsOf(session)],
    ['the policy of the resource', owner],
    ['the policy of the endpoint', passing],
  ] as const
  for (const [whose, statements = []] of layers) {
    const denying = statements.find((statement) => statement.Effect === 'Deny' && applies(statement, request))
    if (denying) return refused(`${whose} deny it${denying.Sid === undefined ? '' : ` (${denying.Sid})`}`)
  }
  const allow = (statements: readonly Statement[]) =>
    statements.some((statement) => statement.Effect === 'Allow' && applies(statement, request))
  if (resource?.mustAllow && !allow(owner)) return refused('the policy of the resource does not allow it')
  // Naming the account leaves it to the policies of its roles.
  const direct = owner.filter(({ Principal }) => !namesAccountOnly(Principal, roleArn))
  if (!allow(statementsOf(identity)) && !allow(direct)) return refused('no policy of the role allows it')
  if (boundary && !allow(boundary.Statement)) return refused('the boundary of the role does not allow it')
  if (session && !allow(statementsOf(session))) return refused('the policy of the session does not allow it')
  if (endpoint && !allow(passing)) return refused('the policy of the endpoint does not allow it')
  return { allowed: true }
}

const refused = (because: string): Verdict => ({ allowed: false, because })

const statementsOf = (policies: readonly Policy[]) => policies.flatMap(({ Statement }) => Statement)

/** Whether a statement is about the request, whatever it says then. */
function applies(statement: Statement, { action, resource, context }: Request): boolean {
  const { Action, NotAction = [], Resource, NotResource } = statement
  const meansAction = Action
    ? Action.some((pattern) => matchesAction(pattern, action))
    : !NotAction.some((pattern) => matchesAction(pattern, action))
  if (!meansAction) return false
  const isIn = (patterns: readonly string[]) => patterns.some((pattern) => matchesResource(pattern, resource, context))
  if (Resource && !isIn(Resource)) return false
  if (NotResource && isIn(NotResource)) return false
  return conditionsHold(statement, context)
}

const accountOf = (arn: string) => arn.split(':')[4] ?? ''

/** Whether a principal of a resource's policy is the role: everybody, the role, or its whole account. */
function isMeant(principal: Statement['Principal'], roleArn: string): boolean {
  if (principal === undefined) throw new TypeError('a policy of a resource names whom it is about')
  if (principal === '*') return true
  return (principal.AWS ?? []).some((name) => name === '*' || name === roleArn || isAccount(name, roleArn))
}

function namesAccountOnly(principal: Statement['Principal'], roleArn: string): boolean {
  if (principal === undefined || principal === '*') return false
  return (principal.AWS ?? []).every((name) => name !== '*' && name !== roleArn)
}

function isAccount(name: string, roleArn: string): boolean {
  const account = accountOf(roleArn)
  return name === account || name === `arn:aws:iam::${account}:root`
}
