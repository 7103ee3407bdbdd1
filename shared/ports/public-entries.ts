import type { ClusterRef } from './hosts.ts'

/** A broker as its public entry has to know it. */
export interface EntryBroker {
  readonly nodeId: number
  readonly address: string
  readonly zone: string
  /** Its own port leads to it, the one of all does not: it is only on its way in, or on its way out. */
  readonly aside?: boolean
}

/** Where clients from the internet come in. */
export interface PublicEntry {
  /** A name or an address that all ports of the entry are at. */
  readonly host: string
  /** The zone of that name, where a name of the deployment's own can be an alias of it. */
  readonly aliasZoneId?: string
}

/**
 * The public entries of clusters: connections are passed through to brokers as they are, so TLS ends at the broker. One port leads to
 * all of them and one to each (shared/network/public-access.ts).
 */
export interface PublicEntries {
  /** The cluster has its entry, which leads to exactly these brokers: ports of others are closed. A repeat finds what is there. */
  ensureEntry(cluster: ClusterRef, brokers: readonly EntryBroker[]): Promise<PublicEntry>
  /** What keeps clients from reaching every broker through the entry, or nothing. */
  missingOf(cluster: ClusterRef, brokers: readonly EntryBroker[]): Promise<string | undefined>
  /** Resolves when nothing of the entry is left; done already is fine. */
  removeEntry(cluster: ClusterRef): Promise<void>
}
