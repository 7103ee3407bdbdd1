import { SignatureV4 } from '@smithy/signature-v4'
import { describe, expect, it } from 'vitest'
import { Sha256 } from '../../agent/instance/sha256.ts'
import { type SignedCall, signatureFault, signatureOf } from './sigv4.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const NOW = Date.UTC(2015, 7, 30, 12, 36)

type Vector = readonly [name: string, parts: Partial<SignedCall>, signedHeaders: string, signature: string]

const PLAIN = 'host;x-amz-date'

/** Of the test suite that AWS publishes for the signature. */
const VECTORS: readonly Vector[] = [
  ['get-vanilla', {}, PLAIN, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', { method: 'POST' }, PLAIN, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    { target: '/?Param2=value2&Param1=value1' },
    PLAIN,
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'get-unreserved',
    { target: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz' },
    PLAIN,
    '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  ],
  ['get-utf8', { target: '/ሴ' }, PLAIN, '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
  [
    'get-vanilla-utf8-query',
    { target: '/?ሴ=bar' },
    PLAIN,
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  [
    'post-header-key-sort',
    { method: 'POST', headers: [['My-Header1', 'value1']] },
    'host;my-header1;x-amz-date',
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  [
    'get-header-value-trim',
    {
      headers: [
        ['My-Header1', ' value1'],
        ['My-Header2', ' "a   b   c"'],
      ],
    },
    'host;my-header1;my-header2;x-amz-date',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', headers: [['Content-Type', 'application/x-www-form-urlencoded']], body: 'Param1=value1' },
    'content-type;host;x-amz-date',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
]

function callOf([, parts, signedHeaders, signature]: Vector): SignedCall {
  const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  return {
    method: 'GET',
    target: '/',
    body: '',
    ...parts,
    headers: [
      ['Host', 'example.amazonaws.com'],
      ['X-Amz-Date', '20150830T123600Z'],
      ...(parts.headers ?? []),
      ['Authorization', authorization],
    ],
  }
}

describe('a signed call', () => {
  it.each(VECTORS)('is taken as AWS takes it: %s', (...vector) => {
    expect(signatureFault(callOf(vector), SECRET, NOW)).toBeUndefined()
  })

  it('says whose it is', () => {
    expect(VECTORS.map((vector) => signatureOf(callOf(vector))?.accessKeyId)).toEqual(VECTORS.map(() => 'AKIDEXAMPLE'))
    expect(signatureOf({ headers: [['authorization', 'Bearer x']] })).toBeUndefined()
  })

  it('is refused when anything in it is another', () => {
    for (const vector of VECTORS) {
      const call = callOf(vector)
      const others: readonly SignedCall[] = [
        { ...call, method: 'PUT' },
        { ...call, target: `${call.target}x` },
        { ...call, body: `${call.body}x` },
        { ...call, headers: call.headers.map(([name, value]) => [name, name === 'Host' ? 'other' : value]) },
      ]
      for (const other of others) expect(signatureFault(other, SECRET, NOW)).toBe('its signature is another')
      expect(signatureFault(call, `${SECRET}x`, NOW)).toBe('its signature is another')
    }
  })

  it('is refused outside of its time, and with a header of AWS that is not signed', () => {
    const [vector] = VECTORS
    if (!vector) throw new Error('no vectors')
    const call = callOf(vector)
    expect(signatureFault(call, SECRET, NOW + 301_000)).toMatch(/it was signed for/)
    expect(signatureFault(call, SECRET, NOW - 301_000)).toMatch(/it was signed for/)
    const more: SignedCall = { ...call, headers: [...call.headers, ['X-Amz-Security-Token', 'x']] }
    expect(signatureFault(more, SECRET, NOW)).toMatch(/x-amz-security-token is not signed/i)
    expect(signatureFault({ ...call, headers: [] }, SECRET, NOW)).toBe('it is not signed')
  })

  it('of the signer that AWS publishes is taken, also with what is encoded on the wire', async () => {
    const signer = new SignatureV4({
      service: 'execute-api',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'ASIAX', secretAccessKey: SECRET, sessionToken: 'a token' },
      sha256: Sha256,
      uriEscapePath: true,
    })
    const { headers } = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: 'api.test',
        path: '/live/a%20b/c',
        query: { wait: '20', after: 'a b' },
        headers: { host: 'api.test', 'content-type': 'application/json' },
        body: '{"a":1}',
      },
      { signingDate: new Date(NOW) },
    )
    const call: SignedCall = {
      method: 'POST',
      target: '/live/a%20b/c?wait=20&after=a%20b',
      headers: Object.entries(headers),
      body: '{"a":1}',
    }
    expect(signatureFault(call, SECRET, NOW)).toBeUndefined()
    expect(signatureFault({ ...call, body: '{"a":2}' }, SECRET, NOW)).toBeDefined()
  })
})
