/**
 * What a token may be allowed to do, one word per noun and direction, so that a key for a producer's pipeline need not
 * be able to delete clusters. A token carries them space-separated in its `scope` claim.
 */
export const SCOPES = {
  'clusters:read': 'See clusters, brokers, operations, the catalogue and quotas',
  'clusters:write': 'Order, change and delete clusters',
  'topics:read': 'See topics',
  'topics:write': 'Create and change topics',
  'users:read': 'See Kafka users, never their passwords',
  'users:write': 'Create and delete Kafka users',
  'events:read': 'Read the event feed',
} as const satisfies Record<string, string>

/** A permission of a token. */
export type Scope = keyof typeof SCOPES

/** All scopes, in the order of the table. */
export const SCOPE_NAMES = Object.keys(SCOPES) as readonly Scope[]

/** Tells whether a word of a token's `scope` claim is one of ours; others are none of our business. */
export function isScope(word: string): word is Scope {
  return Object.hasOwn(SCOPES, word)
}
