import type { EC2Client } from '@aws-sdk/client-ec2'
import type { ElasticLoadBalancingV2Client, Tag } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { PublicEntrySettings } from '../../../shared/deployment/public-entry-settings.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import { namedTags } from '../ec2/tags.ts'

/** What every part of the public entries works with. */
export interface ElbParts {
  readonly client: ElasticLoadBalancingV2Client
  /** Finds the security group of an entry. */
  readonly ec2: EC2Client
  readonly stage: string
  readonly settings: PublicEntrySettings
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

/**
 * What everything of an entry begins with: names are unique in the account and have 32 characters at most, and the 26 of a cluster's
 * id are of no other cluster.
 */
export function entryName({ clusterId }: ClusterRef): string {
  return `w-${clusterId.slice(clusterId.indexOf('_') + 1).toLowerCase()}`
}

/** The tags of everything that is made for an entry; rights on it ask for them. */
export function entryTags(stage: string, cluster: ClusterRef): Tag[] {
  return namedTags(`weir-${stage}-${cluster.clusterId}-public`, stage, cluster, 'entry')
}
