import type { Node } from 'constructs'
import { z } from 'zod'
import { DnsSettings } from '../shared/deployment/dns-settings.ts'
import { FleetSettings } from '../shared/deployment/fleet-settings.ts'

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' })

/**
 * What an operator decides about a deployment. It stands in `cdk.json` under `context.weir`; a single field can be
 * given on the command line: `cdk deploy --all -c weir:stage=prod`.
 */
export const DeploymentConfig = z.strictObject({
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
  fleet: FleetSettings.optional().meta({
    description: 'Where hosts run and what they are made from; without it no cluster can be created',
  }),
  dns: DnsSettings.optional().meta({
    description: 'Where clusters get names that clients call; without it clients call brokers by their addresses',
  }),
  alarmEmail: z.email().optional().meta({ description: 'Who is told when an alarm goes off; nobody without it' }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  logRetentionDays: z
    .union([z.literal(7), z.literal(14), z.literal(30), z.literal(90), z.literal(180), z.literal(365)])
    .default(90)
    .meta({ description: 'How long logs are kept; the events on the archive of the bus as long' }),
})
export type DeploymentConfig = z.output<typeof DeploymentConfig>

/** The configuration is missing or wrong; the message names every field at fault. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig'
}

/** Reads the configuration from the context of the app. */
export function readConfig(node: Node): DeploymentConfig {
  const fromFile: unknown = node.tryGetContext('weir')
  const overrides = Object.keys(DeploymentConfig.shape).flatMap((field) => {
    const value: unknown = node.tryGetContext(`weir:${field}`)
    return value === undefined ? [] : [[field, field === 'logRetentionDays' ? Number(value) : value]]
  })
  const parsed = DeploymentConfig.safeParse({ ...Object(fromFile), ...Object.fromEntries(overrides) })
  if (!parsed.success) {
    throw new InvalidConfig(`The configuration of Weir (cdk.json, context.weir):\n${z.prettifyError(parsed.error)}`)
  }
  return parsed.data
}
