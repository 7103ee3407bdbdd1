import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A call as it came over the wire: the path is not decoded, and headers may come more than once. */
export interface SignedCall {
  readonly method: string
  /** With the query, as in the request line. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** What the signature of a call says about it. */
export interface Signature {
  readonly accessKeyId: string
  readonly day: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** The service takes a call within five minutes of the time that it was signed for. */
const TOLERANCE_MILLISECONDS = 5 * 60_000

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** Reads the signature that a call bears; nothing where it bears none. */
export function signatureOf({ headers }: Pick<SignedCall, 'headers'>): Signature | undefined {
  const found = AUTHORIZATION.exec(valuesOf(headers, 'authorization').join())
  if (!found) return undefined
  const [, accessKeyId = '', day = '', region = '', service = '', signed = '', signature = ''] = found
  return { accessKeyId, day, region, service, signedHeaders: signed.split(';'), signature }
}

/** Whether a call bears the signature of the holder of the key (Signature Version 4), and if not, what is wrong with it. */
export function signatureFault(call: SignedCall, secretAccessKey: string, now: number): string | undefined {
  const given = signatureOf(call)
  if (!given) return 'it is not signed'
  const { signedHeaders } = given
  const time = valuesOf(call.headers, 'x-amz-date').join()
  const [, day, clock] = /^(\d{8})T(\d{6})Z$/.exec(time) ?? []
  if (day === undefined || clock === undefined || day !== given.day) return 'its time is not that of its signature'
  const at = Date.parse(`${digits(day, '-', 4, 6)}T${digits(clock, ':', 2, 4)}Z`)
  if (Math.abs(now - at) > TOLERANCE_MILLISECONDS) return `it was signed for ${time}`
  if (!signedHeaders.includes('host')) return 'its host is not signed'
  const loose = call.headers.find(([name]) => /^x-amz-/i.test(name) && !signedHeaders.includes(name.toLowerCase()))
  if (loose) return `its header ${loose[0]} is not signed`
  const hash = valuesOf(call.headers, 'x-amz-content-sha256').join()
  if (hash !== '' && hash !== sha256(call.body)) return 'its body is not the one that was signed'
  const expected = sign(call, given, time, secretAccessKey)
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given.signature)) ? undefined : 'its signature is another'
}

function sign(
  call: SignedCall,
  { day, region, service, signedHeaders }: Signature,
  time: string,
  secret: string,
): string {
  const [path = '', ...query] = call.target.split('?')
  const canonical = [
    call.method,
    encodedPath(path),
    encodedQuery(query.join('?')),
    ...signedHeaders.map((name) => `${name}:${valuesOf(call.headers, name).join()}`),
    '',
    signedHeaders.join(';'),
    sha256(call.body),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`)
  return hmac(key, text).toString('hex')
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const digits = (text: string, separator: string, first: number, second: number) =>
  [text.slice(0, first), text.slice(first, second), text.slice(second)].join(separator)

/** All values of a header in their order, each without the spaces that mean nothing. */
function valuesOf(headers: SignedCall['headers'], wanted: string): readonly string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value.trim().replaceAll(/\s+/g, ' '))
}

const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** What is encoded on the wire is encoded once more. */
const encodedPath = (path: string) => path.split('/').map(encoded).join('/')

function encodedQuery(query: string): string {
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='))
  return pairs
    .map(([name = '', ...value]) => [recoded(name), recoded(value.join('='))] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&')
}

const recoded = (text: string) => encoded(decodeURIComponent(text))

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
