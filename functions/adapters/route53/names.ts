import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import type { DnsSettings } from '../../../shared/deployment/dns-settings.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { GivenNames, NamedBroker, Names } from '../../../shared/ports/names.ts'
import { AWS_CLIENT_SETTINGS } from '../aws-client-settings.ts'
import { bootstrapName, brokerName, clusterDomain } from './record-names.ts'
import { isInvalidBatch, namesFailure } from './refusals.ts'

/** As long as a client may go on with an address; short, because nothing but a query a minute is saved by more. */
const TTL_SECONDS = 60

/** A removal that others disturb looks again so often within one call. */
const MOST_LOOKS = 3

/** What the names are made with; the client is by default one of the function's own role. */
export interface Route53NamesParts {
  readonly dns: DnsSettings
  readonly client?: Route53Client
}

/**
 * Names of clusters as records in a hosted zone. A name follows from the ids, so making it again changes nothing, and what is
 * left of a cluster is found by where its name ends; records have no tags.
 */
export function route53Names({ dns, client = new Route53Client(AWS_CLIENT_SETTINGS) }: Route53NamesParts): Names {
  const { hostedZoneId: HostedZoneId } = dns

  async function change(changes: readonly Change[]): Promise<string> {
    const ChangeBatch = { Changes: [...changes] }
    const { ChangeInfo } = await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }))
    if (ChangeInfo?.Id === undefined) throw new Error('Route 53 named no id of a change')
    // It answers with a path, and asks for what stands at its end.
    return ChangeInfo.Id.replace(/^\/change\//, '')
  }

  async function ensureNames({ clusterId }: ClusterRef, brokers: readonly NamedBroker[]): Promise<GivenNames> {
    const bootstrap = bootstrapName(dns, clusterId)
    const named = brokers.map(({ nodeId, address }) => ({ nodeId, address, name: brokerName(dns, clusterId, nodeId) }))
    const changeId = await change([
      upsert(
        bootstrap,
        named.map(({ address }) => address),
      ),
      ...named.map(({ name, address }) => upsert(name, [address])),
    ])
    return { bootstrap, brokers: named.map(({ nodeId, name }) => ({ nodeId, name })), changeId }
  }

  async function isEverywhere(changeId: string): Promise<boolean> {
    const { ChangeInfo } = await client.send(new GetChangeCommand({ Id: changeId }))
    return ChangeInfo?.Status === 'INSYNC'
  }

  /** A zone lists by its names read from their ends, so those of a cluster stand together. */
  async function recordsOf(clusterId: string): Promise<readonly ResourceRecordSet[]> {
    const end = clusterDomain(dns, clusterId)
    const found: ResourceRecordSet[] = []
    let next: { readonly StartRecordName: string; readonly StartRecordType?: ResourceRecordSet['Type'] } | undefined = {
      StartRecordName: end,
    }
    while (next) {
      const page: ListResourceRecordSetsCommandOutput = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId, ...next }),
      )
      const { ResourceRecordSets = [], NextRecordName, NextRecordType } = page
      const own = ResourceRecordSets.filter(({ Name }) => Name?.endsWith(`.${end}.`))
      found.push(...own)
      next =
        page.IsTruncated && NextRecordName?.endsWith(`.${end}.`)
          ? { StartRecordName: NextRecordName, StartRecordType: NextRecordType }
          : undefined
    }
    return found
  }

  async function removeNames({ clusterId }: ClusterRef): Promise<void> {
    for (let looks = 1; ; looks++) {
      const left = await recordsOf(clusterId)
      if (left.length === 0) return
      try {
        await change(left.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })))
        return
      } catch (thrown) {
        // A record must be named as it is: somebody has changed or removed one since it was read.
        if (!isInvalidBatch(thrown) || looks === MOST_LOOKS) throw thrown
      }
    }
  }

  return {
    ensureNames: (cluster, brokers) => told(() => ensureNames(cluster, brokers)),
    isEverywhere: (changeId) => told(() => isEverywhere(changeId)),
    removeNames: (cluster) => told(() => removeNames(cluster)),
  }
}

function upsert(Name: string, addresses: readonly string[]): Change {
  const ResourceRecords = addresses.map((Value) => ({ Value }))
  return { Action: 'UPSERT', ResourceRecordSet: { Name, Type: 'A', TTL: TTL_SECONDS, ResourceRecords } }
}

async function told<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    throw namesFailure(thrown)
  }
}
