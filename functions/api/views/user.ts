import type { User } from '../../../shared/contract/user.ts'
import type { UserRecord } from '../../../shared/records/user.ts'

/** A Kafka user as its tenant sees it. */
export function userView(clusterId: string, { name, role, topicPrefix, createdAt }: UserRecord): User {
  return {
    name,
    role,
    topicPrefix,
    createdAt,
    links: { self: `/v1/clusters/${clusterId}/users/${name}`, cluster: `/v1/clusters/${clusterId}` },
  }
}
