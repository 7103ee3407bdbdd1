import { SignatureV4 } from '@smithy/signature-v4'
import type { RoleCredentials } from './instance-credentials.ts'
import { Sha256 } from './sha256.ts'

/** A call to AWS, before it is signed. */
export interface UnsignedCall {
  readonly method: string
  readonly url: URL
  readonly body?: string | undefined
  /** Signed along, so that nobody can change them on the way. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Signs calls: the answer is every header to send with it. */
export type Signer = (call: UnsignedCall) => Promise<Readonly<Record<string, string>>>

/** What a signer needs. */
export interface SignerParts {
  readonly service: 'execute-api' | 's3'
  readonly region: string
  readonly credentials: () => Promise<RoleCredentials>
  readonly now: () => number
}

/** Signature version 4, with the credentials that hold at the moment of the call. */
export function createSigner({ service, region, credentials, now }: SignerParts): Signer {
  // S3 alone takes paths as they stand; every other service wants them escaped once more.
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: service !== 's3' })
  return async ({ method, url, body, headers = {} }) => {
    const signed = await signer.sign(
      {
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: { ...headers, host: url.host },
        ...(body !== undefined && { body }),
      },
      { signingDate: new Date(now()) },
    )
    // The caller of HTTP sets it from the URL, to the same.
    const { host: _host, ...rest } = signed.headers
    return rest
  }
}
