import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const Volume = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device'), device: z.string(), mountPoint: z.string() }),
  z
    .strictObject({ kind: z.literal('ebs'), mountPoint: z.string() })
    .meta({ description: 'The EBS volume that is attached to the machine beside its root volume' }),
  z.strictObject({ kind: z.literal('image'), imageFile: z.string(), mountPoint: z.string() }),
  z.strictObject({ kind: z.literal('directory'), path: z.string() }),
])

/** As `useradd` takes it. */
const UserName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/u)

const Credentials = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('file'),
    file: z.string().meta({ description: 'Holds the bearer token of this host; read again for every call' }),
  }),
  z.strictObject({
    kind: z.literal('instance'),
    region: z.string().meta({ description: 'Of the API of the hosts' }),
    metadataEndpoint: z.url().optional().meta({ description: "Default: the instance metadata service's own address" }),
  }),
])

const Fields = z.strictObject({
  controlPlaneUrl: z.url().meta({ description: 'Read again for every call' }),
  credentials: Credentials.meta({ description: 'How this host proves who it is' }),
  stateDir: z.string().meta({ description: 'What must survive a restart of the agent, and the private keys' }),
  logDir: z.string(),
  tempDir: z.string().meta({ description: 'Not mounted noexec: Kafka unpacks native libraries there' }),
  volume: Volume,
  kafkaReleasesDir: z.string().meta({ description: 'One folder of jars per Kafka release' }),
  artifacts: z
    .strictObject({
      bucket: z.string(),
      region: z.string(),
      manifestFile: z
        .string()
        .meta({ description: 'What the bucket holds, with digests: verified by whoever put it there' }),
      endpoint: z.url().optional().meta({ description: "Default: S3's own in the region" }),
    })
    .optional()
    .meta({ description: 'Where a release that is not on the host comes from; without it, it is waited for' }),
  java: z.string().default('java'),
  platform: z.enum(['ec2', 'local']).meta({ description: 'Which sizing of the instance type holds here' }),
  bootId: z.string().max(64).optional().meta({ description: "Default: the kernel's own" }),
  kafkaUser: UserName.optional().meta({
    description: 'The user that Kafka runs as, never root. Default: whoever runs the agent',
  }),
  // Controlled shutdown alone may take 5 minutes, flushing the logs comes on top.
  stopTimeoutSeconds: z.number().positive().default(600),
  killAfterStopTimeout: z
    .boolean()
    .default(false)
    .meta({ description: 'SIGKILL means log recovery at the next start, so it is never done unasked' }),
  // API Gateway ends a request after 29 seconds.
  pollWaitSeconds: z.number().min(0).max(25).default(20),
})

/** Everything that differs from one kind of host to another; what the host shall do comes from the control plane. */
export const AgentConfig = Fields.refine(({ platform, kafkaUser }) => platform !== 'ec2' || kafkaUser !== undefined, {
  path: ['kafkaUser'],
  message: 'must be given on EC2, where Kafka runs beside the credentials of the machine',
})
export type AgentConfig = z.output<typeof AgentConfig>

/** How a machine proves who it is by the role that it has on EC2. */
export type InstanceCredentials = Extract<AgentConfig['credentials'], { kind: 'instance' }>

/** How and where the data volume of this host is kept. */
export type VolumeConfig = AgentConfig['volume']

/** Reads the agent's one configuration file; the error names the field that is wrong. */
export async function readAgentConfig(file: string): Promise<AgentConfig> {
  const parsed = AgentConfig.safeParse(JSON.parse(await readFile(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** Names one boot of this host, so that the control plane can tell a restarted agent from a restarted machine. */
export async function readBootId(config: AgentConfig): Promise<string> {
  return config.bootId ?? (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}
