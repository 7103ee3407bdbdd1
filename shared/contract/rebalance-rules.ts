import type { Violation } from '../errors/domain-error.ts'

const OF_PROPOSAL = ['throttleMiBPerSecond', 'kinds'] as const

/** A proposal was made with its own throttle and kinds: whoever approves it cannot say others. */
export function rebalanceRules(body: unknown): readonly Violation[] {
  if (typeof body !== 'object' || body === null || !('proposalId' in body)) return []
  return OF_PROPOSAL.filter((field) => field in body).map((field) => ({
    pointer: `/${field}`,
    rule: 'not_with_proposal',
    detail: 'is part of the proposal; ask for a new one to change it',
  }))
}
