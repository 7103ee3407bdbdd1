import { z } from 'zod'
import { TopicSpec } from './cluster-spec.ts'
import { Links } from './primitives.ts'

/** A topic as the cluster reports it now. */
export const Topic = z
  .object({
    name: z.string(),
    partitions: z.int(),
    replicationFactor: z.int(),
    underReplicatedPartitions: z.int().meta({ description: 'Partitions with fewer replicas in sync than it has' }),
    offlinePartitions: z.int().meta({ description: 'Partitions without a leader' }),
    links: Links,
  })
  .meta({ id: 'Topic' })
export type Topic = z.output<typeof Topic>

/** The body of `POST …/topics`. */
export const CreateTopic = TopicSpec

/** A topic as it was just created. */
export const CreatedTopic = z.object({ ...TopicSpec.shape, links: Links }).meta({ id: 'CreatedTopic' })
export type CreatedTopic = z.output<typeof CreatedTopic>
