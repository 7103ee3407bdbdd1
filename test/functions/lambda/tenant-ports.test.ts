import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished, vi } from 'vitest'
import { tenantPorts } from '../../../functions/lambda/tenant-ports.ts'
import { keys } from '../../../shared/records/keys.ts'
import { answerAssumeRole, type StsSession } from '../adapters/sts-server.ts'

/** STS and a table without rows behind one door, which notes by whose key the table was asked. */
async function aws() {
  const sessions: StsSession[] = []
  const reads: { accessKeyId: string; partition: string }[] = []
  const http = createServer(async (request, response) => {
    const body = await text(request)
    const { authorization = '' } = request.headers
    if (request.headers['x-amz-target'] === undefined) {
      const answer = answerAssumeRole(body, Date.now())
      if (answer.session) sessions.push(answer.session)
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body)
      return
    }
    const accessKeyId = /Credential=([^/]+)\//.exec(authorization)?.[1] ?? ''
    reads.push({ accessKeyId, partition: JSON.parse(body).Key.pk.S })
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}')
  }).listen(0, '127.64.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const bound = http.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.64.0.1:${bound.port}`)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'OFTHEFUNCTION')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  onTestFinished(() => void vi.unstubAllEnvs())
  return { sessions, reads }
}

it('each tenant’s rows are read by a session of that tenant, made once, and nobody’s by none', async () => {
  const { sessions, reads } = await aws()
  const portsOf = tenantPorts({
    WEIR_FUNCTION: 'readApi',
    WEIR_PORTS: ['clock', 'ids', 'log', 'store'],
    WEIR_LOG_LEVEL: 'error',
    WEIR_TABLE: 'weir',
    WEIR_TENANT_ROLE_ARN: 'arn:aws:iam::123456789012:role/weir-test-tenant-read',
    WEIR_AUTHORITY_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/1',
    WEIR_PUBLIC_ACCESS: 'none',
  })
  for (const tenantId of ['acme', 'rival', 'acme']) {
    const { store } = await portsOf(tenantId)
    await store.get(keys.tenant(tenantId))
  }
  const [acme, rival, ...others] = sessions
  expect(others).toEqual([])
  expect([acme?.tags, rival?.tags]).toEqual([{ tenantId: 'acme' }, { tenantId: 'rival' }])
  expect(reads).toEqual([
    { accessKeyId: acme?.accessKeyId, partition: 'T#acme#TENANT' },
    { accessKeyId: rival?.accessKeyId, partition: 'T#rival#TENANT' },
    { accessKeyId: acme?.accessKeyId, partition: 'T#acme#TENANT' },
  ])
  const { store } = await portsOf(undefined)
  await expect(store.get(keys.tenant('acme'))).rejects.toMatchObject({ code: 'NOT_PROVIDED' })
  expect(reads).toHaveLength(3)
})
