import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Artifact } from '../../shared/host-protocol/artifacts.ts'
import { TerminalProblemError } from '../converge/step.ts'
import type { Signer } from '../instance/signer.ts'

/** A bucket of S3. */
export interface Bucket {
  readonly bucket: string
  readonly region: string
  /** Default: S3's own in the region. */
  readonly endpoint?: string | undefined
}

// A release has some 45 MB, which takes S3 in the same region a second.
const timeoutMilliseconds = 600_000
const idleMilliseconds = 30_000

/**
 * Fetches an artefact into a file and verifies it on the way. What breaks off is an error of HTTP; what comes whole and does not
 * have its digest will not have it the next time either.
 */
export async function download(
  { key, sha256 }: Artifact,
  file: string,
  {
    bucket,
    sign,
    onBytes,
  }: { readonly bucket: Bucket; readonly sign: Signer; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const url = objectUrl(bucket, key)
  const signal = AbortSignal.timeout(timeoutMilliseconds)
  const response = await get(url, await sign({ method: 'GET', url }), signal)
  if (response.statusCode !== 200) {
    throw new Error(`${url.href} cannot be fetched: ${response.statusCode} ${refusalWords(await text(response))}`)
  }
  const hash = createHash('sha256')
  let fetched = 0
  const measured = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk)
      fetched += chunk.length
      onBytes(fetched)
      done(null, chunk)
    },
  })
  await pipeline(response, measured, createWriteStream(file), { signal })
  const found = hash.digest('hex')
  if (found !== sha256)
    throw new TerminalProblemError(`${url.href} is not what the manifest names: it has SHA-256 ${found}, not ${sha256}`)
}

/** S3's own words, but not all of them: of a signature that does not fit it repeats what was signed, with the session's token. */
function refusalWords(answer: string): string {
  const of = (element: string) => new RegExp(`<${element}>([^<]*)</${element}>`, 'u').exec(answer)?.[1]
  return [of('Code'), of('Message')].filter((words) => words !== undefined).join(': ')
}

/**
 * Not by fetch: where a server ends the connection of a body that is read more slowly than it comes, Node 24.21's fetch ends the
 * whole process by a failed assertion.
 */
function get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? getSecure : getPlain
  return new Promise((resolve, reject) => {
    const request = send(url, { headers, signal, timeout: idleMilliseconds }, resolve)
    request.on('timeout', () => request.destroy(new Error(`nothing came for ${idleMilliseconds / 1000} s`)))
    request.on('error', (cause) => reject(new Error(`${url.href} cannot be fetched: ${cause.message}`, { cause })))
  })
}

/** The regional address: the one that S3's gateway endpoint leads to. */
export function objectUrl({ bucket, region, endpoint }: Bucket, key: string): URL {
  if (endpoint !== undefined) return new URL(`${endpoint.replace(/\/$/u, '')}/${bucket}/${key}`)
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(`https://${bucket}.s3.${region}.${suffix}/${key}`)
}
