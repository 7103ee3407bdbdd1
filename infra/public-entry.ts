import type { Stack } from 'aws-cdk-lib'
import type { DnsSettings } from '../shared/deployment/dns-settings.ts'
import type { DeploymentConfig } from './config.ts'
import type { NetworkStack } from './network-stack.ts'

/** Where public entries stand, for grants and for the functions that are told of them. */
export interface PublicEntryResources {
  readonly stage: string
  /** Where they get their names. */
  readonly dns: DnsSettings
  /** All of it as JSON, as functions are told it. */
  readonly variable: string
}

/** What the configuration says of public access, with what the network adds to it; nothing where there is none. */
export function publicEntryOf(
  stack: Stack,
  { stage, publicAccess }: DeploymentConfig,
  { vpc: { vpcId }, entryGroup }: NetworkStack,
): { readonly publicEntry?: PublicEntryResources } {
  if (!publicAccess || !entryGroup) return {}
  const { securityGroupId } = entryGroup
  const variable = stack.toJsonString({ stage, ...publicAccess, vpcId, securityGroupId })
  return { publicEntry: { stage, dns: publicAccess, variable } }
}
