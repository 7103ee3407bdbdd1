import type { NodeRef } from './hosts.ts'

/** A key with its certificate and the authority to check the other side with, all PEM. */
export interface Credentials {
  readonly keyPem: string
  readonly certificatePem: string
  readonly caPem: string
}

/**
 * The private certificate authority of each cluster. Subjects and names come from the arguments, which the caller takes
 * from the broker record: what a request claims is never signed.
 */
export interface Certificates {
  /** Makes the cluster's authority if it has none. What clients trust: its certificate, and those above it where there are any. */
  ensureAuthority(tenantId: string, clusterId: string): Promise<{ readonly caPem: string }>
  /**
   * Signs a node's key: CN=weir-node, O=<cluster id>, and every address and name that it is reached under.
   * What the hosts of a cluster trust is its own authority alone.
   */
  signNode(
    node: NodeRef,
    hosts: readonly string[],
    csrPem: string,
  ): Promise<{ certificatePem: string; caPem: string; notAfter: string }>
  /** The control plane's own identity towards a cluster: CN=weir-control-plane, O=<cluster id>. */
  controlPlane(tenantId: string, clusterId: string): Promise<Credentials>
  /** Forgets the authority and its keys; done already is fine. */
  forget(tenantId: string, clusterId: string): Promise<void>
}
