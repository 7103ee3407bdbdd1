import { GetChangeCommand, type ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53'
import type { DnsSettings } from '../../../shared/deployment/dns-settings.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { GivenNames, NamedBroker, Names } from '../../../shared/ports/names.ts'
import type { PublicEntry } from '../../../shared/ports/public-entries.ts'
import { AWS_CLIENT_SETTINGS } from '../aws-client-settings.ts'
import { tellFailures } from '../tell-failures.ts'
import { bootstrapName, brokerName, isBrokerName, publicBootstrapName, publicBrokerName } from './record-names.ts'
import { namesFailure } from './refusals.ts'
import { putRecords, removeRecords } from './zone-records.ts'

/** As long as a client may go on with an address; short, because nothing but a query a minute is saved by more. */
const TTL_SECONDS = 60

/** What the names are made with; the client is by default one of the function's own role. */
export interface Route53NamesParts {
  /** Of names that lead to the addresses of brokers; there are none without it. */
  readonly dns?: DnsSettings | undefined
  /** Of names that lead to public entries. */
  readonly publicDns?: DnsSettings | undefined
  readonly client?: Route53Client
}

/**
 * Names of clusters as records in hosted zones. A name follows from the ids, so making it again changes nothing, and what is
 * left of a cluster is found by where its name ends; records have no tags.
 */
export function route53Names(parts: Route53NamesParts): Names {
  const { dns, publicDns, client = new Route53Client(AWS_CLIENT_SETTINGS) } = parts

  async function ensureNames({ clusterId }: ClusterRef, brokers: readonly NamedBroker[]) {
    if (!dns) return undefined
    const bootstrap = bootstrapName(dns, clusterId)
    const named = brokers.map(({ nodeId, address }) => ({ nodeId, address, name: brokerName(dns, clusterId, nodeId) }))
    const forAll = brokers.filter(({ aside }) => aside !== true).map(({ address }) => address)
    const records = [toAddresses(bootstrap, forAll), ...named.map(({ name, address }) => toAddresses(name, [address]))]
    const changeId = await putRecords({ client, dns }, clusterId, records, (name) => isBrokerName(name, false))
    return { bootstrap, brokers: named.map(({ nodeId, name }) => ({ nodeId, name })), changeId }
  }

  async function ensurePublicNames({ clusterId }: ClusterRef, nodeIds: readonly number[], entry: PublicEntry) {
    if (!publicDns) return undefined
    const bootstrap = publicBootstrapName(publicDns, clusterId)
    const brokers = nodeIds.map((nodeId) => ({ nodeId, name: publicBrokerName(publicDns, clusterId, nodeId) }))
    const records = [toEntry(bootstrap, entry), ...brokers.map(({ name }) => toEntry(name, entry))]
    const zone = { client, dns: publicDns }
    const changeId = await putRecords(zone, clusterId, records, (name) => isBrokerName(name, true))
    return { bootstrap, brokers, changeId }
  }

  return {
    ensureNames: (cluster, brokers) => told<GivenNames | undefined>(() => ensureNames(cluster, brokers)),
    ensurePublicNames: (cluster, nodeIds, entry) =>
      told<GivenNames | undefined>(() => ensurePublicNames(cluster, nodeIds, entry)),
    isEverywhere: (changeId) =>
      told(async () => (await client.send(new GetChangeCommand({ Id: changeId }))).ChangeInfo?.Status === 'INSYNC'),
    removeNames: ({ clusterId }) =>
      told(async () => {
        for (const zone of [dns, publicDns]) if (zone) await removeRecords({ client, dns: zone }, clusterId)
      }),
  }
}

function toAddresses(Name: string, addresses: readonly string[]): ResourceRecordSet {
  const ResourceRecords = addresses.map((Value) => ({ Value }))
  return { Name, Type: 'A', TTL: TTL_SECONDS, ResourceRecords }
}

/** An alias: the addresses of the entry may change, and a query for it costs nothing. */
function toEntry(Name: string, { host, aliasZoneId }: PublicEntry): ResourceRecordSet {
  if (aliasZoneId === undefined) throw new Error(`${host} is nothing that a name can be an alias of`)
  const AliasTarget = { HostedZoneId: aliasZoneId, DNSName: host, EvaluateTargetHealth: false }
  return { Name, Type: 'A', AliasTarget }
}

const told = tellFailures(namesFailure)
