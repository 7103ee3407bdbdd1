import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { acmPca } from '../../../../functions/adapters/private-ca/acm-pca.ts'
import { type SignedCall, signatureFault, signatureOf } from '../../../emulator/sigv4.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** An endpoint that answers in turn, and keeps what it was sent. */
async function endpoint(answers: readonly { readonly status: number; readonly body: string }[]) {
  const calls: SignedCall[] = []
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', rawHeaders } = incoming
      const headers = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
      )
      calls.push({ method, target: url, headers, body: Buffer.concat(chunks).toString() })
      const { status, body } = answers[Math.min(calls.length, answers.length) - 1] ?? { status: 500, body: '' }
      response.writeHead(status).end(body)
    })
  }).listen(0, '127.66.0.2')
  closing.push(() => server.close().closeAllConnections())
  await once(server, 'listening')
  const address = server.address()
  const pauses: number[] = []
  const call = acmPca({
    endpoint: `http://127.66.0.2:${typeof address === 'object' ? address?.port : ''}`,
    region: 'eu-central-1',
    clock: { now: () => NOW, sleep: async (milliseconds) => void pauses.push(milliseconds) },
    environment: { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' },
  })
  return { call, calls, pauses }
}

it('signs every call with the credentials of the function, the token of its session included', async () => {
  const { call, calls } = await endpoint([{ status: 200, body: '{"Certificate":"x"}' }])
  expect(await call('GetCertificate', { CertificateArn: 'a' })).toEqual({ Certificate: 'x' })
  const [sent] = calls
  if (!sent) expect.fail('nothing was sent')
  expect(signatureFault(sent, 'secret', NOW)).toBeUndefined()
  expect(signatureFault(sent, 'another', NOW)).toBe('its signature is another')
  expect(signatureOf(sent)).toMatchObject({ accessKeyId: 'AKID', service: 'acm-pca', region: 'eu-central-1' })
  const headers = new Map(sent.headers)
  expect(headers.get('x-amz-security-token')).toBe('session')
  expect(headers.get('x-amz-target')).toBe('ACMPrivateCA.GetCertificate')
})

it('tries again when the service is busy or gone, with growing pauses, and then says why', async () => {
  const busy = { status: 400, body: '{"__type":"ThrottlingException","message":"slow down"}' }
  const passing = await endpoint([busy, { status: 503, body: 'not JSON' }, { status: 200, body: '{}' }])
  expect(await passing.call('GetCertificate', {})).toEqual({})
  expect(passing.pauses).toEqual([200, 400])
  const lasting = await endpoint([busy])
  await expect(lasting.call('GetCertificate', {})).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'slow down',
  })
  expect(lasting.calls).toHaveLength(4)
})

it('tries a refusal once, and gives its reason by name', async () => {
  const { call, calls } = await endpoint([
    { status: 400, body: '{"__type":"com.amazonaws.acmpca#InvalidStateException","message":"no"}' },
  ])
  await expect(call('IssueCertificate', {})).rejects.toMatchObject({ name: 'InvalidStateException', message: 'no' })
  expect(calls).toHaveLength(1)
})
