/** The cluster whose authority is meant. */
export interface AuthorityRef {
  readonly tenantId: string
  readonly clusterId: string
}

/** An authority's self-signed certificate and its PKCS#8 key, both PEM. */
export interface AuthorityMaterial {
  readonly keyPem: string
  readonly certificatePem: string
}

/**
 * Where the keys of the authorities are kept: files on one machine, a secret store on AWS. The first writer wins, so
 * that two control planes that prepare the same cluster end up with one authority.
 */
export interface AuthorityKeys {
  get(cluster: AuthorityRef): Promise<AuthorityMaterial | undefined>
  /** Keeps the material unless there is some; resolves with what is kept. */
  putIfAbsent(cluster: AuthorityRef, material: AuthorityMaterial): Promise<AuthorityMaterial>
  /** None there is fine. */
  forget(cluster: AuthorityRef): Promise<void>
}
