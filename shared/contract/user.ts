import { z } from 'zod'
import { RESERVED_PREFIX, USER_NAME, USER_ROLES } from '../records/user.ts'
import { alsoShownAs, Links, MAY_GROW, Timestamp } from './primitives.ts'

/** A Kafka user's name. */
export const UserName = z
  .string()
  .regex(USER_NAME, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')
  .refine((name) => !name.startsWith(RESERVED_PREFIX), {
    error: `must not start with "${RESERVED_PREFIX}": such names belong to the cluster`,
    params: { rule: 'reserved' },
  })
  .meta({
    example: 'orders-app',
    override: alsoShownAs({ pattern: USER_NAME.source.replace('^', `^(?!${RESERVED_PREFIX})`) }),
  })

const Role = z.enum(USER_ROLES)

const TopicPrefix = z
  .string()
  .regex(/^[a-zA-Z0-9._-]{0,249}$/, 'must be at most 249 letters, digits, dots, hyphens or underscores')

/** The body of `POST …/users`. */
export const CreateUser = z
  .strictObject({
    name: UserName,
    role: Role.meta({
      description:
        'admin: everything. producer: write, also transactions. consumer: read with consumer groups. All on topics (and groups and transactional ids) whose name begins with the prefix',
    }),
    topicPrefix: TopicPrefix.default('').meta({ description: 'Empty means every topic' }),
  })
  .meta({ id: 'CreateUser' })

const user = {
  name: z.string(),
  role: Role.meta({ description: MAY_GROW }),
  topicPrefix: z.string(),
  createdAt: Timestamp,
  links: Links,
} as const

/** A SCRAM user of a cluster; its password is not part of it. */
export const User = z.object(user).meta({ id: 'User' })
export type User = z.output<typeof User>

/** A user as it was just created. */
export const UserWithPassword = z
  .object({
    ...user,
    password: z
      .string()
      .optional()
      .meta({ description: 'In this answer and nowhere else: also a repeat with the same Idempotency-Key lacks it' }),
  })
  .meta({ id: 'UserWithPassword' })
export type UserWithPassword = z.output<typeof UserWithPassword>
