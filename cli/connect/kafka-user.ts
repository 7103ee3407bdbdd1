import type { UserWithPassword } from '../../shared/contract/user.ts'
import type { UserRole } from '../../shared/records/user.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'

/** The user that is wished for. */
export interface KafkaUserWish {
  readonly name: string
  readonly role: UserRole
  readonly topicPrefix: string
}

/** A user whose password is known: now or never. */
export type NewKafkaUser = UserWithPassword & { readonly password: string }

/**
 * Creates a Kafka user and gives its password. When the first answer was lost on the way, its repeat comes without the
 * password; that user nobody can use, so it is made anew.
 */
export async function createKafkaUser(
  client: ApiClient,
  clusterId: string,
  wish: KafkaUserWish,
): Promise<NewKafkaUser> {
  const create = async () => (await client.call('createUser', { params: { clusterId }, body: { ...wish } })).body
  const first = await create()
  if (first.password !== undefined) return { ...first, password: first.password }
  const params = { clusterId, userName: wish.name }
  const { etag = '*' } = await client.call('getUser', { params })
  await client.call('deleteUser', { params, ifMatch: etag })
  const second = await create()
  if (second.password !== undefined) return { ...second, password: second.password }
  throw new CliError(EXIT.unavailable, `The password of the user ${wish.name} was lost on the way twice.`)
}
