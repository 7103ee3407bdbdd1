import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53'
import type { DnsSettings } from '../../../shared/deployment/dns-settings.ts'
import { clusterDomain } from './record-names.ts'
import { isInvalidBatch } from './refusals.ts'

/** A removal that others disturb looks again so often within one call. */
const MOST_LOOKS = 3

/** A hosted zone, as a function of a deployment sees it. */
export interface ZoneParts {
  readonly client: Route53Client
  readonly dns: DnsSettings
}

/** Makes some changes, all or none, and answers their id. */
async function changeRecords({ client, dns }: ZoneParts, changes: readonly Change[]): Promise<string> {
  const { ChangeInfo } = await client.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: dns.hostedZoneId, ChangeBatch: { Changes: [...changes] } }),
  )
  if (ChangeInfo?.Id === undefined) throw new Error('Route 53 named no id of a change')
  // It answers with a path, and asks for what stands at its end.
  return ChangeInfo.Id.replace(/^\/change\//, '')
}

/** Makes some records what they shall be; of the cluster's other ones those that are of the same `kind` by their names go. */
export function putRecords(
  parts: ZoneParts,
  clusterId: string,
  records: readonly ResourceRecordSet[],
  kind: (name: string) => boolean,
): Promise<string> {
  const wanted = new Set(records.map(({ Name }) => `${Name}.`))
  const isOver = ({ Name = '' }: ResourceRecordSet) => kind(Name) && !wanted.has(Name)
  return havingLooked(parts, clusterId, (found) =>
    changeRecords(parts, [...records.map(put), ...found.filter(isOver).map(deletion)]),
  )
}

/** Removes all records of a cluster. */
export function removeRecords(parts: ZoneParts, clusterId: string): Promise<void> {
  return havingLooked(parts, clusterId, async (found) => {
    if (found.length > 0) await changeRecords(parts, found.map(deletion))
  })
}

const put = (record: ResourceRecordSet): Change => ({ Action: 'UPSERT', ResourceRecordSet: record })
const deletion = (record: ResourceRecordSet): Change => ({ Action: 'DELETE', ResourceRecordSet: record })

async function havingLooked<T>(
  parts: ZoneParts,
  clusterId: string,
  change: (found: readonly ResourceRecordSet[]) => Promise<T>,
): Promise<T> {
  for (let looks = 1; ; looks++) {
    const found = await recordsOf(parts, clusterId)
    try {
      return await change(found)
    } catch (thrown) {
      // A record must be named as it is: somebody has changed or removed one since it was read.
      if (!isInvalidBatch(thrown) || looks === MOST_LOOKS) throw thrown
    }
  }
}

/** A zone lists by its names read from their ends, so those of a cluster stand together. */
async function recordsOf({ client, dns }: ZoneParts, clusterId: string): Promise<readonly ResourceRecordSet[]> {
  const end = clusterDomain(dns, clusterId)
  const found: ResourceRecordSet[] = []
  let next: { readonly StartRecordName: string; readonly StartRecordType?: ResourceRecordSet['Type'] } | undefined = {
    StartRecordName: end,
  }
  while (next) {
    const page: ListResourceRecordSetsCommandOutput = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: dns.hostedZoneId, ...next }),
    )
    const { ResourceRecordSets = [], NextRecordName, NextRecordType } = page
    found.push(...ResourceRecordSets.filter(({ Name }) => Name?.endsWith(`.${end}.`)))
    next =
      page.IsTruncated && NextRecordName?.endsWith(`.${end}.`)
        ? { StartRecordName: NextRecordName, StartRecordType: NextRecordType }
        : undefined
  }
  return found
}
