import type { DnsSettings } from '../../../shared/deployment/dns-settings.ts'

type Domain = Pick<DnsSettings, 'domain'>

/** What all names of a cluster end with. Its id has an underscore and capitals, which a host name must not have. */
export function clusterDomain({ domain }: Domain, clusterId: string): string {
  return `${clusterId.toLowerCase().replaceAll('_', '-')}.${domain}`
}

/** The name of a broker; node ids are never used again, and so no name ever leads to another broker. */
export function brokerName(dns: Domain, clusterId: string, nodeId: number): string {
  return `b${nodeId}.${clusterDomain(dns, clusterId)}`
}

/** The name that leads to all brokers of a cluster. */
export function bootstrapName(dns: Domain, clusterId: string): string {
  return `bootstrap.${clusterDomain(dns, clusterId)}`
}

/** Tells whether a record is a broker's own name, by what stands before the domain of its cluster. */
export function isBrokerName(name: string, isPublic: boolean): boolean {
  return (isPublic ? /^b\d+-public\./ : /^b\d+\./).test(name)
}

/** The same for clients from the internet. In one zone with the others they are told apart by this. */
export function publicBrokerName(dns: Domain, clusterId: string, nodeId: number): string {
  return `b${nodeId}-public.${clusterDomain(dns, clusterId)}`
}

/** The name of the public entry as a whole. */
export function publicBootstrapName(dns: Domain, clusterId: string): string {
  return `bootstrap-public.${clusterDomain(dns, clusterId)}`
}
