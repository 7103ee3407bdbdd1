import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { z } from 'zod'
import type { Clock } from '../../../shared/ports/clock.ts'

/** The calls of AWS Private CA that a control plane makes. */
export type PrivateCaAction =
  | 'DescribeCertificateAuthority'
  | 'GetCertificateAuthorityCertificate'
  | 'IssueCertificate'
  | 'GetCertificate'

/** Makes a call; the answer is the body, as it came. */
export type PrivateCaCall = (action: PrivateCaAction, body: Readonly<Record<string, unknown>>) => Promise<unknown>

/** The service refused a call; `name` is what it calls the reason. */
export class PrivateCaRefused extends Error {
  override readonly name: string

  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** What calls are made with. */
export interface AcmPcaParts {
  readonly endpoint: string
  readonly region: string
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  /** The credentials of the function at this moment. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A lost answer costs this long; four tries fit into the time that the step has. */
const REQUEST_MILLISECONDS = 3000
const ATTEMPTS = 4
const FIRST_PAUSE_MILLISECONDS = 200

/** Of the four JSON calls only these reasons go away by themselves. */
const PASSING = /Throttling|TooManyRequests|RequestLimitExceeded|InternalFailure|ServiceUnavailable/

const Refusal = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() })

/** The hash of Node behind the face that the signer wants. */
class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    if (secret === undefined) this.#hash = createHash('sha256')
    else this.#hash = createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }

  reset(): void {
    throw new TypeError('a hash is used once')
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

/**
 * Calls AWS Private CA. Four calls in JSON, signed like every other: the SDK's client for this service brings 140 packages of its own
 * generation.
 */
export function acmPca({ endpoint, region, clock, environment }: AcmPcaParts): PrivateCaCall {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment
  const signer = new SignatureV4({
    service: 'acm-pca',
    region,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
      ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    },
    sha256: Sha256,
  })
  const url = new URL('/', endpoint)

  async function once(action: PrivateCaAction, body: string): Promise<unknown> {
    const headers = {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `ACMPrivateCA.${action}`,
    }
    const request = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers,
      body,
    }
    const signed = await signer.sign(request, { signingDate: new Date(clock.now()) })
    const { host: _host, ...sent } = signed.headers
    const signal = AbortSignal.timeout(REQUEST_MILLISECONDS)
    const response = await fetch(url, { method: 'POST', headers: sent, body, signal })
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    throw refusal(response.status, text)
  }

  return async (action, body) => {
    const text = JSON.stringify(body)
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(action, text)
      } catch (thrown) {
        const final = thrown instanceof PrivateCaRefused && !PASSING.test(thrown.name)
        if (final || attempt === ATTEMPTS) throw thrown
        await clock.sleep(FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1))
      }
    }
  }
}

function refusal(status: number, text: string): PrivateCaRefused {
  const parsed = Refusal.safeParse(parsedJson(text))
  if (!parsed.success)
    return new PrivateCaRefused(status >= 500 ? 'InternalFailure' : 'Refused', `AWS Private CA answered ${status}`)
  const { __type, message, Message } = parsed.data
  return new PrivateCaRefused(__type.replace(/^.*#/, ''), message ?? Message ?? `AWS Private CA answered ${status}`)
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
