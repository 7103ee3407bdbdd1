import { z } from 'zod'
import { INSTANCE_TYPE_NAMES } from '../catalogue/instance-types.ts'
import { KAFKA_VERSION_NAMES } from '../catalogue/kafka-versions.ts'

const Role = z.enum(['broker', 'controller'])

/** A voter of the static quorum: the same list, in the same order, on every host of the cluster. */
export const Voter = z.strictObject({ nodeId: z.int(), host: z.string() })
export type Voter = z.output<typeof Voter>

/**
 * All that a host shall be. The control plane writes it whole, with a growing revision; the agent makes it so, however
 * often it is read. There are no commands: a restart is another `restartNonce`, a new certificate another `certificateNonce`, a
 * reboot the `retiredBootId` of the boot that ran when it was wished for.
 */
export const DesiredHost = z.strictObject({
  generation: z.int().meta({ description: 'Of the process that may act on it; an older process must stop' }),
  revision: z.int().min(1),
  clusterId: z.string(),
  nodeId: z.int(),
  roles: z.array(Role).min(1),
  address: z
    .string()
    .meta({ description: 'The stable address of this host: bound, known to the other nodes and in the certificate' }),
  clientHost: z.string().optional().meta({
    description: 'The name that clients are told to call; the address where there is none',
  }),
  publicEndpoint: z.strictObject({ host: z.string(), port: z.int() }).optional().meta({
    description: 'Where clients from the internet are told to call; nobody comes from there without it',
  }),
  zone: z.string(),
  volumeGiB: z.int().min(1),
  instanceType: z.enum(INSTANCE_TYPE_NAMES),
  certificateNonce: z.int(),
  retiredBootId: z.string().max(64).optional().meta({
    description: 'A boot of the machine that shall be over: a host that runs in it reboots, in any other it has',
  }),
  kafka: z.strictObject({
    version: z.enum(KAFKA_VERSION_NAMES),
    metadataVersion: z.string(),
    clusterUuid: z.string(),
    voters: z.array(Voter).min(1),
    brokerCount: z.int(),
    config: z.record(z.string(), z.string()),
    candidateConfig: z.record(z.string(), z.string()).optional().meta({
      description: 'A configuration that may be ordered: to be shown to Kafka, and not to be used',
    }),
    candidateVersion: z.enum(KAFKA_VERSION_NAMES).optional().meta({
      description: 'A release that is to come: put beside the one in use, and shown the configuration, and not started',
    }),
    processState: z.enum(['Running', 'Stopped']),
    stopAt: z.iso.datetime().optional().meta({
      description:
        'With Stopped: Kafka runs until this moment by the clock of its host; at once where it is past or absent',
    }),
    restartNonce: z.int(),
  }),
})
export type DesiredHost = z.output<typeof DesiredHost>
