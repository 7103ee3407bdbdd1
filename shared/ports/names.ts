import type { ClusterRef } from './hosts.ts'
import type { PublicEntry } from './public-entries.ts'

/** A broker and the address that its name shall lead to. */
export interface NamedBroker {
  readonly nodeId: number
  readonly address: string
  /** Its own name leads to it, that of the cluster does not: it is only on its way in, or on its way out. */
  readonly aside?: boolean
}

/** The names that clients know a cluster by. They never change, whatever becomes of machines and addresses. */
export interface GivenNames {
  /** Leads to every broker. */
  readonly bootstrap: string
  readonly brokers: readonly { readonly nodeId: number; readonly name: string }[]
  /** The newest change of what they lead to; it takes a while until everybody sees it. */
  readonly changeId: string
}

/** The names of clusters in the DNS, where the deployment gives them any. */
export interface Names {
  /**
   * The cluster and exactly these brokers have names that lead to these addresses: names of other brokers of the cluster are gone.
   * Undefined where a deployment gives none.
   */
  ensureNames(cluster: ClusterRef, brokers: readonly NamedBroker[]): Promise<GivenNames | undefined>
  /** The same for clients from the internet: all names lead to the public entry, whose ports tell the brokers apart. */
  ensurePublicNames(
    cluster: ClusterRef,
    nodeIds: readonly number[],
    entry: PublicEntry,
  ): Promise<GivenNames | undefined>
  /** Whether every name server answers with a change by now. */
  isEverywhere(changeId: string): Promise<boolean>
  /** No name of the cluster is left, whoever made it; done already is fine. */
  removeNames(cluster: ClusterRef): Promise<void>
}
