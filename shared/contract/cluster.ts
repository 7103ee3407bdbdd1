import { z } from 'zod'
import { END_OF_SUPPORT_WARNING_DAYS, SUPPORT_STATES } from '../catalogue/support.ts'
import { DRIFT_KIND_NAMES } from '../drift/drift.ts'
import { OPERATION_TYPES, type OperationType } from '../lifecycle/lifecycle.ts'
import { CLUSTER_STATUSES, HEALTHS } from '../lifecycle/statuses.ts'
import { ClusterSpec } from './cluster-spec.ts'
import { Maintenance } from './maintenance.ts'
import { ClusterId, Links, MAY_GROW, OperationId, Timestamp } from './primitives.ts'

/** What a cluster is doing or is. */
export const ClusterStatusName = z
  .enum(CLUSTER_STATUSES)
  .meta({ id: 'ClusterStatus', description: `What the cluster is doing or is. ${MAY_GROW}` })

/** Whether it works. */
export const HealthName = z
  .enum(HEALTHS)
  .meta({ id: 'Health', description: `Whether it works, whatever it is doing. ${MAY_GROW}` })

/** A kind of operation. */
export const OperationTypeName = z
  .enum([...OPERATION_TYPES] as [OperationType, ...OperationType[]])
  .meta({ id: 'OperationType', description: `A kind of change. ${MAY_GROW}` })

/** How clients reach a cluster; there once it has been Active. */
export const Connection = z
  .object({
    bootstrapServers: z.array(z.string()).meta({ example: ['10.0.1.17:9092', '10.0.2.23:9092', '10.0.3.8:9092'] }),
    publicBootstrapServers: z
      .array(z.string())
      .optional()
      .meta({ description: 'For clients from the internet; there with public access only' }),
    securityProtocol: z.literal('SASL_SSL'),
    saslMechanism: z.literal('SCRAM-SHA-512'),
    caCertificatePem: z.string().meta({ description: 'The authority that signed the brokers: verify them with it' }),
  })
  .meta({ id: 'Connection' })

/** How the support of a Kafka release stands. */
export const SupportStateName = z.enum(SUPPORT_STATES).meta({
  id: 'SupportState',
  description: `EndsSoon: within ${END_OF_SUPPORT_WARNING_DAYS} days. Ended: it cannot be ordered any more. ${MAY_GROW}`,
})

/** Something a tenant should know about a resource that works. */
export const Warning = z
  .object({ code: z.string().meta({ example: 'VERSION_NEAR_END_OF_SUPPORT' }), detail: z.string() })
  .meta({ id: 'Warning' })

/** Something that is not as it was ordered, and that Weir is not changing now. */
export const Drift = z
  .object({
    kind: z.enum(DRIFT_KIND_NAMES).meta({ description: `What differs. ${MAY_GROW}` }),
    nodeId: z.int().optional(),
    setting: z.string().optional().meta({ description: 'The setting of Kafka, or the range of clients' }),
    detail: z.string().meta({ example: 'The volume of node 2 has 200 GiB and not 100.' }),
    since: Timestamp,
  })
  .meta({ id: 'Drift' })

const { topics: _ordered, ...spec } = ClusterSpec.shape

/** A cluster as its tenant sees it: what was ordered, what it is now, and what may be asked of it. */
export const Cluster = z
  .object({
    id: ClusterId,
    ...spec,
    status: ClusterStatusName,
    health: HealthName,
    allowedActions: z.array(OperationTypeName).meta({
      description: 'What would be accepted now, if the request itself is right; everything else would be refused',
    }),
    activeOperationId: OperationId.optional(),
    restorableUntil: Timestamp.optional().meta({ description: 'Of a deleted cluster that is kept: then it is gone' }),
    connection: Connection.optional(),
    runningKafkaVersions: z
      .array(z.object({ version: z.string(), nodes: z.array(z.int()) }))
      .optional()
      .meta({
        description:
          'The releases that its nodes run, the oldest first; not in lists. More than one: an upgrade is under way or was left in the middle',
      }),
    support: z
      .object({ until: z.iso.date(), state: SupportStateName })
      .meta({ description: 'Of its Kafka release, to the end of that day (UTC)' }),
    featureLevels: z.record(z.string(), z.int()).meta({
      description:
        "The levels of Kafka's features that are finalised; those of its release once an upgrade is finalised. A feature that is not named is off",
      example: { 'metadata.version': 19 },
    }),
    warnings: z.array(Warning),
    maintenance: z.array(Maintenance).meta({
      description: 'What Weir is going to do with the cluster by itself, or is doing; the history is at its link',
    }),
    drift: z.array(Drift).meta({
      description: 'What is not as it was ordered, as two looks in a row have found; each is gone when it is mended',
    }),
    revision: z.int().meta({ description: 'Grows with every accepted change of what was ordered' }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    links: Links,
  })
  .meta({ id: 'Cluster' })
export type Cluster = z.output<typeof Cluster>

/** What `POST /v1/clusters?validateOnly=true` answers: the order with its defaults, and where its hosts would stand. */
export const ClusterValidation = z
  .object({
    spec: z.object(ClusterSpec.shape),
    nodes: z.array(z.object({ nodeId: z.int(), roles: z.array(z.enum(['broker', 'controller'])), zone: z.string() })),
    warnings: z.array(Warning),
  })
  .meta({ id: 'ClusterValidation' })
export type ClusterValidation = z.output<typeof ClusterValidation>
