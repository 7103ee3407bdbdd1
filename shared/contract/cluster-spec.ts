import { z } from 'zod'
import { INSTANCE_TYPE_NAMES, INSTANCE_TYPES } from '../catalogue/instance-types.ts'
import { KAFKA_VERSION_NAMES } from '../catalogue/kafka-versions.ts'
import { AVAILABILITY_ZONES } from '../catalogue/zones.ts'
import { DEFAULT_WINDOW, WEEKDAYS } from '../maintenance/window.ts'
import { MAX_INBOUND_RANGES } from '../network/inbound-rules.ts'
import { MOMENT_PATTERN } from '../schedule/due.ts'
import { alsoShownAs, textUpTo } from './primitives.ts'

/** A cluster's name: unique within the tenant, fit for a DNS label. */
export const ClusterName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
    'must be 1 to 40 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen',
  )
  .meta({ description: 'Unique within the tenant', example: 'orders' })

const InboundRule = z.strictObject({
  cidr: z.cidrv4().meta({ description: 'Source range', example: '10.0.0.0/16' }),
  description: textUpTo(200).optional(),
})

const SecurityGroup = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores'),
  inboundRules: z
    .array(InboundRule)
    .max(MAX_INBOUND_RANGES)
    .meta({ description: 'Who may reach the client listener (port 9092); all groups together have 50 ranges at most' }),
})

/** Who may reach the brokers. */
export const Network = z.strictObject({
  access: z.enum(['private', 'public']).default('private').meta({
    description:
      'public: clients come in from the internet, too, from where the rules let them. Where GET /v1/catalog says so; it cannot be changed later',
  }),
  securityGroups: z.array(SecurityGroup).max(5).default([]),
})

const topicName = /^[a-zA-Z0-9._-]{1,249}$/

/** A topic as it is ordered; what is absent takes the cluster's defaults. */
export const TopicSpec = z.strictObject({
  name: z
    .string()
    .regex(topicName, 'must be 1 to 249 letters, digits, dots, hyphens or underscores')
    .refine((name) => name !== '.' && name !== '..', { error: 'must not be "." or ".."', params: { rule: 'reserved' } })
    .refine((name) => !name.startsWith('__'), {
      error: 'must not start with "__": such names belong to the cluster',
      params: { rule: 'reserved' },
    })
    .meta({ override: alsoShownAs({ pattern: '^(?!__)(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}$' }) }),
  partitions: z.int().min(1).max(10_000).default(3),
  replicationFactor: z.int().min(1).max(5).default(3),
  config: z.record(z.string(), z.string()).default({}),
})
export type TopicSpec = z.output<typeof TopicSpec>

const MAX_LABELS = 50

/** Fewer brokers could not hold the three replicas of the cluster's own topics. */
export const MIN_BROKERS = 3

/** The largest cluster that the planner, the history of an execution and a delete in one transaction are held against. */
export const MAX_BROKERS = 60

/** A label's name, and what it says. */
export const LabelName = z
  .string()
  .regex(/^[a-z0-9._/-]{1,63}$/, 'must be 1 to 63 lower-case letters, digits, dots, underscores, slashes or hyphens')
export const LabelValue = textUpTo(128)

const volume = INSTANCE_TYPES['r2a.2xlarge'].volumeGiB

/** What a delete leaves, and for how long. */
export const Deletion = z.strictObject({ keepDays: z.int().min(0).max(30).default(0) }).meta({
  description:
    'For how many days a delete keeps the volumes, so that the cluster can be restored; 0: its data is gone at once',
})

const momentOfTheWeek = z
  .string()
  .regex(MOMENT_PATTERN, 'must be days and a time in UTC, such as "Mon-Fri 20:00" or "Sat,Sun 08:30"')

/** When a cluster is stopped and started by itself. */
export const Schedule = z
  .strictObject({
    stop: momentOfTheWeek.meta({ example: 'Mon-Fri 20:00' }),
    start: momentOfTheWeek.meta({ example: 'Mon-Fri 07:00' }),
  })
  .meta({
    description:
      'When the cluster is stopped and started by itself, in UTC; absent: never. It waits for an operation that runs, and a start or stop by hand holds until the next moment',
  })

/** When Weir may begin by itself what is not urgent. */
export const MaintenanceWindow = z
  .strictObject({
    day: z.enum(WEEKDAYS),
    startTime: z
      .string()
      .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of the day as HH:MM, in UTC')
      .meta({ example: '03:00' }),
    durationHours: z.int().min(1).max(24),
  })
  .meta({
    description:
      'When Weir may begin by itself what is not urgent: once a week, in UTC. What has begun goes on after its end',
  })

const thresholdPercent = z.int().min(10).max(98)

/** How volumes grow by themselves; at least one of the thresholds is there. */
export const DiskAutoscaling = z
  .strictObject({
    plannedAtPercent: thresholdPercent.optional().meta({
      description: 'When a volume is so full, all grow in the next maintenance window; absent: never',
    }),
    emergencyAtPercent: thresholdPercent.optional().meta({
      description: 'When a volume is so full, all grow at once, or right after the operation that runs; absent: never',
    }),
    limitGiB: z.int().min(volume.min).max(volume.max).meta({ description: 'No volume grows beyond this by itself' }),
  })
  .meta({ description: 'How volumes grow by themselves; absent: they do not' })
export type DiskAutoscaling = z.output<typeof DiskAutoscaling>

/** The wish of a tenant for a cluster, as given to `POST /v1/clusters` and kept with its defaults filled in. */
export const ClusterSpec = z.strictObject({
  name: ClusterName,
  kafkaVersion: z.enum(KAFKA_VERSION_NAMES).default('3.7.1'),
  topology: z.enum(['combined', 'dedicated']).meta({
    description: 'combined: three hosts, each broker and controller. dedicated: three controllers and N brokers',
  }),
  brokers: z.strictObject({
    count: z
      .int()
      .min(MIN_BROKERS)
      .max(MAX_BROKERS)
      .default(3)
      .meta({ description: 'combined: always 3. dedicated: a multiple of the number of zones' }),
    instanceType: z.enum(INSTANCE_TYPE_NAMES).default('r2a.2xlarge'),
    volumeGiB: z.int().min(volume.min).max(volume.max).meta({ description: 'Size of the data volume of each broker' }),
  }),
  availabilityZones: z
    .array(z.enum(AVAILABILITY_ZONES))
    .min(1)
    .max(3)
    .refine((zones) => new Set(zones).size === zones.length, {
      error: 'must not name a zone twice',
      params: { rule: 'unique' },
    })
    .meta({ override: alsoShownAs({ uniqueItems: true }) })
    .default([...AVAILABILITY_ZONES]),
  network: Network.default({ access: 'private', securityGroups: [] }),
  config: z
    .record(z.string(), z.string())
    .default({})
    .meta({ description: 'Kafka broker settings; values are strings' }),
  labels: z
    .record(LabelName, LabelValue)
    .refine((labels) => Object.keys(labels).length <= MAX_LABELS, {
      error: `must not hold more than ${MAX_LABELS} labels`,
      params: { rule: 'max_items' },
    })
    .meta({ override: alsoShownAs({ maxProperties: MAX_LABELS }) })
    .default({}),
  deletionProtection: z.boolean().default(false),
  deletion: Deletion.default({ keepDays: 0 }),
  maintenanceWindow: MaintenanceWindow.default({ ...DEFAULT_WINDOW }),
  diskAutoscaling: DiskAutoscaling.optional(),
  schedule: Schedule.optional(),
  topics: z.array(TopicSpec).max(100).default([]),
})
export type ClusterSpec = z.output<typeof ClusterSpec>
export type ClusterSpecInput = z.input<typeof ClusterSpec>
