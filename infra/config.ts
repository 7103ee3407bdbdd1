import { readFileSync } from 'node:fs'
import type { Node } from 'constructs'
import { z } from 'zod'
import { DnsSettings } from '../shared/deployment/dns-settings.ts'
import { PublicAccessConfig } from '../shared/deployment/public-entry-settings.ts'
import { HostsConfig } from './hosts-config.ts'
import { NetworkConfig } from './network-config.ts'

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' })

/** The authorities of clusters vouch for themselves, or a private CA of the company stands above them. Their key is in KMS either way. */
const Authority = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kms') }),
  z.strictObject({
    kind: z.literal('privateCa'),
    arn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:acm-pca:[a-z0-9-]+:[0-9]{12}:certificate-authority\/[0-9a-f-]{36}$/,
        'must be the ARN of a private CA: arn:aws:acm-pca:…:certificate-authority/…',
      ),
  }),
])

const Fields = z.strictObject({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'must be 1 to 16 lower-case letters, digits or hyphens, beginning with a letter')
    .meta({ description: 'Part of every name, so that several deployments fit into one account' }),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be the name of an AWS region such as eu-central-1')
    .meta({ description: 'Where everything runs' }),
  issuer: httpsUrl.meta({ description: 'The OIDC issuer of the tenants’ tokens: their claim `iss`' }),
  audience: z.string().min(1).meta({ description: 'What the claim `aud` of those tokens must contain' }),
  jwksUrl: httpsUrl.meta({ description: 'Where the issuer publishes its public keys' }),
  network: NetworkConfig.meta({
    description: 'Where hosts run, and the functions that talk to Kafka: a VPC that is made, or one that is there',
  }),
  authority: Authority.default({ kind: 'kms' }).meta({
    description: 'Who vouches for the certificate authorities of the clusters',
  }),
  hosts: HostsConfig.meta({ description: 'What hosts are made from' }),
  dns: DnsSettings.optional().meta({
    description: 'Where clusters get names that clients call; without it clients call brokers by their addresses',
  }),
  runbookUrl: z
    .string()
    .min(1)
    .default('docs/runbooks')
    .meta({ description: 'Where the runbooks are read, in front of their file names: each alarm names its own' }),
  webAclArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional\/webacl\/.+$/, 'must be the ARN of a regional web ACL')
    .optional()
    .meta({ description: 'The web application firewall that stands before the API of the tenants; none without it' }),
  publicAccess: PublicAccessConfig.optional().meta({
    description:
      'Where clusters that clients reach from the internet have their load balancers and names; none can be ordered without it',
  }),
  alarmEmail: z.email().optional().meta({ description: 'Who is told when an alarm goes off; nobody without it' }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  logRetentionDays: z
    .union([z.literal(7), z.literal(14), z.literal(30), z.literal(90), z.literal(180), z.literal(365)])
    .default(90)
    .meta({ description: 'How long logs are kept; the events on the archive of the bus as long' }),
})

/**
 * What an operator decides about a deployment. It stands in a file of its own or in `cdk.json`, see `readConfig`;
 * docs/deployment-config.example.json shows every field.
 */
export const DeploymentConfig = Fields.superRefine(({ region, network, publicAccess }, context) => {
  for (const zone of publicAccess ? Object.keys(network.zones) : []) {
    if (Object.hasOwn(publicAccess?.subnetIds ?? {}, zone)) continue
    const path = ['publicAccess', 'subnetIds', zone]
    context.addIssue({
      code: 'custom',
      path,
      message: 'is missing: hosts of the zone would be out of reach',
      input: undefined,
    })
  }
  for (const [zone, of] of Object.entries(network.zones)) {
    if (of.availabilityZone.startsWith(region)) continue
    const path = ['network', 'zones', zone, 'availabilityZone']
    context.addIssue({ code: 'custom', path, message: `is not in the region ${region}`, input: of.availabilityZone })
  }
})
export type DeploymentConfig = z.output<typeof DeploymentConfig>

/** The configuration is missing or wrong; the message names every field at fault. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig'
}

/**
 * Reads the configuration: the file that `-c weir:config=FILE` names, or else `context.weir` of `cdk.json`. A single field can
 * be given beside it, such as `-c weir:stage=prod`. Fields whose names begin with `//` are comments.
 */
export function readConfig(node: Node): DeploymentConfig {
  const file: unknown = node.tryGetContext('weir:config')
  const where = file === undefined ? 'cdk.json, context.weir' : String(file)
  const given: unknown = file === undefined ? node.tryGetContext('weir') : readJson(where)
  const overrides = Object.keys(DeploymentConfig.shape).flatMap((field) => {
    const value: unknown = node.tryGetContext(`weir:${field}`)
    return value === undefined ? [] : [[field, field === 'logRetentionDays' ? Number(value) : value]]
  })
  const parsed = DeploymentConfig.safeParse({ ...Object(withoutComments(given)), ...Object.fromEntries(overrides) })
  if (!parsed.success) {
    throw new InvalidConfig(`The configuration of Weir (${where}):\n${z.prettifyError(parsed.error)}`)
  }
  return parsed.data
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new InvalidConfig(`The configuration of Weir (${file}) cannot be read: ${String(cause)}`, { cause })
  }
}

function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([name]) => !name.startsWith('//'))
  return Object.fromEntries(fields.map(([name, part]) => [name, withoutComments(part)]))
}
