/** What a Kafka user may do on topics (and groups) whose name begins with the prefix; an empty prefix is all of them. */
export const USER_ROLES = ['admin', 'producer', 'consumer'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** A SCRAM user of a cluster. Its password is shown once and kept nowhere. */
export interface UserRecord {
  readonly name: string
  readonly role: UserRole
  readonly topicPrefix: string
  /** `Creating` keeps the name while Kafka is being told; only `Ready` users are shown. */
  readonly state: 'Creating' | 'Ready'
  readonly createdAt: string
}

/** SCRAM user names: nothing that could be mistaken for a certificate's distinguished name (kafka-operations §6). */
export const USER_NAME = /^[A-Za-z0-9._-]{1,64}$/

/** Names beginning so belong to the control plane and are hidden from tenants. */
export const RESERVED_PREFIX = '__weir'
