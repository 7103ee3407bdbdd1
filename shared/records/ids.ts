/** The kinds of public id and their prefixes; the rest of an id is 26 sortable characters (a ULID). */
export const ID_PREFIXES = {
  cluster: 'clu',
  operation: 'op',
  event: 'evt',
  request: 'req',
  instance: 'i',
  volume: 'vol',
  proposal: 'prp',
  maintenance: 'mnt',
} as const

export type IdKind = keyof typeof ID_PREFIXES

/** Matches a tenant id: no delimiter of a store key can be part of it. */
export const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Matches a full id of a kind, so that a malformed one is told apart from one that does not exist. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`)
}
