/** The cluster whose authority is meant. */
export interface AuthorityRef {
  readonly tenantId: string
  readonly clusterId: string
}

/** A key on P-256 that signs for an authority. It may be where nobody can read it: only what it signs comes out. */
export interface SigningKey {
  /** The public half, as SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** Signs with ECDSA over SHA-256; the signature in DER, as certificates carry it. */
  sign(data: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
}

/** An authority: its self-signed certificate in PEM, and what signs for it. */
export interface Authority {
  readonly certificatePem: string
  readonly key: SigningKey
}

/** Makes the certificate of an authority for the key that it will sign with. */
export type Certify = (key: SigningKey) => Promise<string>

/**
 * Where the keys of the authorities are kept: files on one machine, KMS on AWS. The first one who makes an authority wins,
 * so that two control planes that prepare the same cluster end up with one.
 */
export interface AuthorityKeys {
  get(cluster: AuthorityRef): Promise<Authority | undefined>
  /** Makes an authority unless there is one; resolves with the one that is kept. */
  ensure(cluster: AuthorityRef, certify: Certify): Promise<Authority>
  /** None there is fine. */
  forget(cluster: AuthorityRef): Promise<void>
}
