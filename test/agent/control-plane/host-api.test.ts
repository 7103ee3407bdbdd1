import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  CallRefusedError,
  ControlPlaneUnreachableError,
  StaleGenerationError,
} from '../../../agent/control-plane/errors.ts'
import { createHostApi, type HostApi } from '../../../agent/control-plane/host-api.ts'

let server: Server
let answer: { readonly status: number; readonly body: string }
let api: HostApi

beforeEach(async () => {
  server = createServer((_, response) => response.writeHead(answer.status).end(answer.body)).listen(0, '127.61.0.4')
  await once(server, 'listening')
  const bound = server.address()
  const url = `http://127.61.0.4:${typeof bound === 'object' ? bound?.port : ''}/live/`
  api = createHostApi(async () => url, { headersFor: async () => ({}) })
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const attach = () => api.attach({ bootId: 'boot', agentVersion: 'test' })

it.each([
  ['{"message":"The security token included in the request is expired"}', 'is expired'],
  ['{"Message":"User: arn:aws:sts::1:assumed-role/h/i-1 is not authorized"}', 'is not authorized'],
  ['{"code":"FORBIDDEN","detail":"not here"}', 'FORBIDDEN not here'],
])('says why it is not let through: %s', async (body, words) => {
  answer = { status: 403, body }
  await expect(attach()).rejects.toThrow(ControlPlaneUnreachableError)
  await expect(attach()).rejects.toThrow(new RegExp(`^POST attach: 403 .*${words}$`, 'u'))
})

it('does not say what it has signed, which API Gateway repeats where the signature does not fit', async () => {
  const message =
    'The request signature we calculated does not match.\n\nThe Canonical String was\nx-amz-security-token:secret'
  answer = { status: 403, body: JSON.stringify({ message }) }
  await expect(attach()).rejects.toThrow(/^POST attach: 403 The request signature we calculated does not match\.$/u)
})

it('tells a process that was succeeded from a call that is refused', async () => {
  answer = { status: 409, body: '{"code":"STALE_GENERATION","detail":"Generation 1 was succeeded by 2."}' }
  await expect(attach()).rejects.toThrow(StaleGenerationError)
  answer = { status: 400, body: '{"code":"INVALID_FIELD","detail":"bootId"}' }
  await expect(attach()).rejects.toThrow(CallRefusedError)
})
