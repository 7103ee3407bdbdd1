import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createSigner } from '../../../agent/instance/signer.ts'

const AT = Date.UTC(2015, 7, 30, 12, 36)

const signer = (service: 'execute-api' | 's3') =>
  createSigner({
    service,
    region: 'eu-central-1',
    credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' }),
    now: () => AT,
  })

it('covers address, time, session, body and whatever else is to arrive unchanged', async () => {
  const headers = await signer('execute-api')({
    method: 'POST',
    url: new URL('https://abc.execute-api.eu-central-1.amazonaws.com/live/host/v1/report'),
    body: '{}',
    headers: { 'x-weir-node': 'acme/clu_1/2' },
  })
  expect(headers['x-weir-node']).toBe('acme/clu_1/2')
  expect(headers['x-amz-date']).toBe('20150830T123600Z')
  expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update('{}').digest('hex'))
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-weir-node, Signature=[0-9a-f]{64}$/u,
  )
  expect(Object.keys(headers)).not.toContain('host')
})

it('signs another call with another signature', async () => {
  const sign = signer('s3')
  const signatureOf = async (key: string) =>
    (await sign({ method: 'GET', url: new URL(`https://b.s3.eu-central-1.amazonaws.com/${key}`) })).authorization
  expect(await signatureOf('a')).toBe(await signatureOf('a'))
  expect(await signatureOf('a')).not.toBe(await signatureOf('b'))
})
