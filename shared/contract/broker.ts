import { z } from 'zod'
import { BROKER_STATUSES } from '../lifecycle/statuses.ts'
import { HealthName } from './cluster.ts'
import { Links, MAY_GROW, Timestamp } from './primitives.ts'

/** What a broker or controller host is doing or is. */
export const BrokerStatusName = z
  .enum(BROKER_STATUSES)
  .meta({ id: 'BrokerStatus', description: `What the broker is doing or is. ${MAY_GROW}` })

/** A Kafka node of a cluster. Its machine is not part of it: machines are replaced, node ids are not. */
export const Broker = z
  .object({
    nodeId: z.int(),
    roles: z.array(z.enum(['broker', 'controller'])),
    zone: z.string().meta({ description: 'The availability zone, which Kafka knows as broker.rack' }),
    status: BrokerStatusName,
    health: HealthName,
    statusReason: z.string().optional(),
    kafkaVersion: z
      .string()
      .meta({ description: 'The release that it runs; in the middle of an upgrade not that of its cluster' }),
    instanceType: z.string(),
    volumeGiB: z.int(),
    endpoint: z
      .string()
      .optional()
      .meta({ description: 'host:port for clients, of nodes with the role broker', example: '10.0.1.17:9092' }),
    publicEndpoint: z
      .string()
      .optional()
      .meta({ description: 'host:port for clients from the internet, with public access' }),
    desiredRevision: z.int().optional().meta({ description: 'The newest state the control plane wants' }),
    observedRevision: z.int().optional().meta({ description: 'The newest state that is in force on the host' }),
    configRevision: z.int().meta({ description: 'Of the Kafka configuration it shall run with' }),
    runningConfigRevision: z.int().meta({ description: 'Of the Kafka configuration it runs with' }),
    generation: z.int().meta({ description: 'Of the agent process on the host; 0 before the first' }),
    activeSince: Timestamp.optional().meta({ description: 'Since when it is Active; absent while it is not' }),
    updatedAt: Timestamp,
    links: Links,
  })
  .meta({ id: 'Broker' })
export type Broker = z.output<typeof Broker>

/** What may be said about the volume of a broker that is to be repaired; no body says nothing. */
export const BrokerRepair = z
  .strictObject({
    replaceVolume: z.boolean().default(false).meta({
      description:
        'Give the broker an empty volume although it has one: what is on that is of no use. It is removed once every partition of the broker has another replica in sync.',
    }),
    acceptDataLoss: z.boolean().default(false).meta({
      description:
        'If its volume is lost: go on although partitions have no other replica in sync. Their records are lost. The safety of the quorum is not up for acceptance.',
    }),
  })
  .prefault({})
  .meta({ id: 'BrokerRepair' })
export type BrokerRepair = z.output<typeof BrokerRepair>
