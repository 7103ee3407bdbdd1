import type { Topic } from '../../../shared/contract/topic.ts'
import type { TopicView } from '../../../shared/ports/kafka.ts'
import { RESERVED_PREFIX } from '../../../shared/records/user.ts'

/** Tells whether a topic is the tenant's: neither Kafka's own nor the control plane's. */
export function isTenantTopic({ name, internal }: Pick<TopicView, 'name' | 'internal'>): boolean {
  return !internal && !name.startsWith('__') && !name.startsWith(RESERVED_PREFIX)
}

/** A topic as its tenant sees it. */
export function topicView(clusterId: string, { name, partitions }: TopicView): Topic {
  return {
    name,
    partitions: partitions.length,
    replicationFactor: Math.max(0, ...partitions.map(({ replicas }) => replicas.length)),
    underReplicatedPartitions: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
    offlinePartitions: partitions.filter(({ leader }) => leader < 0).length,
    links: topicLinks(clusterId, name),
  }
}

/** The paths of a topic and its cluster. */
export function topicLinks(clusterId: string, name: string): { self: string; cluster: string } {
  return { self: `/v1/clusters/${clusterId}/topics/${name}`, cluster: `/v1/clusters/${clusterId}` }
}
