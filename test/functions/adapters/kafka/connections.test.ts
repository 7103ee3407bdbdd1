import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { createSecureContext, createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Authority } from '../../../../functions/adapters/authority-keys.ts'
import { certifyAuthority, issue, makeKeys, privateKeyPem } from '../../../../functions/adapters/certificate-issuing.ts'
import { type Entrance, firstAnswer, withConnection } from '../../../../functions/adapters/kafka/connections.ts'
import { makeSigningKeyPem, signingKey } from '../../../../functions/adapters/signing-key.ts'
import { DomainError } from '../../../../shared/errors/domain-error.ts'

const host = '127.34.8.1'
const refused = `${host}:1`
const target = {
  tenantId: 'acme',
  clusterId: 'clu_1',
  kafkaVersion: '3.7.1',
  brokers: [],
  controllers: [],
  clientListeners: [],
}

const year = { organisation: 'clu_1', lifetimeMilliseconds: 31_536_000_000 }
async function makeAuthority(commonName: string): Promise<Authority> {
  const key = signingKey(makeSigningKeyPem())
  return { key, certificatePem: await certifyAuthority(key, { ...year, commonName }, Date.now()) }
}

let authority: Authority
let entrance: Entrance
beforeAll(async () => {
  authority = await makeAuthority('test')
  entrance = { tls: createSecureContext({ ca: authority.certificatePem }), connectMilliseconds: 300 }
})

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function listen(server: Server): Promise<string> {
  server.listen(0, host)
  await once(server, 'listening')
  servers.push(server)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `${host}:${address.port}`
}

/** A listener with a certificate of the authority for that address; it never says anything of its own. */
async function tlsListener(address = host): Promise<{ readonly address: string; readonly server: Server }> {
  const keys = await makeKeys()
  const subject = { ...year, commonName: 'weir-node', hosts: [address] }
  const { certificatePem } = await issue(authority, subject, keys.publicKey, Date.now())
  const server = createTlsServer({ key: await privateKeyPem(keys.privateKey), cert: certificatePem }, (socket) => {
    socket.on('error', () => {})
    socket.resume()
  })
  return { address: await listen(server), server }
}

const openConnections = (server: Server) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )

function failover() {
  const tried: unknown[] = []
  const log = {
    warn: (_message: string, fields?: Readonly<Record<string, unknown>>) => void tried.push(fields?.address),
  }
  return { tried, parts: { clock: { now: () => 0 }, log } }
}

describe('a connection', () => {
  test('is closed after the call, whether it succeeds or fails', async () => {
    const { address, server } = await tlsListener()
    const during = await withConnection(address, entrance, () => openConnections(server))
    expect(during).toBe(1)
    await vi.waitFor(async () => expect(await openConnections(server)).toBe(0))
    const failing = withConnection(address, entrance, () => Promise.reject(new Error('mine')))
    await expect(failing).rejects.toThrow('mine')
    await vi.waitFor(async () => expect(await openConnections(server)).toBe(0))
  })

  test('is given up when the other side says nothing, and leaves nothing open', async () => {
    const server = createServer((socket) => void socket.on('error', () => {}).resume())
    const address = await listen(server)
    const connecting = withConnection(address, entrance, async () => 'connected')
    await expect(connecting).rejects.toThrow(/timed out/)
    await vi.waitFor(async () => expect(await openConnections(server)).toBe(0))
  })

  test('is not made to a listener whose certificate is for another address', async () => {
    const { address } = await tlsListener('127.34.8.2')
    await expect(withConnection(address, entrance, async () => 'connected')).rejects.toMatchObject({
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
  })

  test('is not made to a listener that another authority vouches for', async () => {
    const { address } = await tlsListener()
    const stranger = await makeAuthority('stranger')
    const strange = { ...entrance, tls: createSecureContext({ ca: stranger.certificatePem }) }
    await expect(withConnection(address, strange, async () => 'connected')).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/VERIFY|SELF_SIGNED|ISSUER/) },
    })
  })
})

describe('failing over', () => {
  test('takes the first listener that answers and asks no other', async () => {
    const { parts, tried } = failover()
    const [one, other] = [await tlsListener(), await tlsListener()]
    const asked: number[] = []
    const answer = await firstAnswer(
      parts,
      target,
      [refused, one.address, other.address],
      entrance,
      async (connection) => {
        asked.push(Number(connection.port))
        return 'answer'
      },
    )
    expect(answer).toBe('answer')
    expect(asked).toEqual([Number(one.address.split(':')[1])])
    expect(tried).toEqual([refused])
  })

  test('says that Kafka is not available when none answers, without telling addresses', async () => {
    const { parts, tried } = failover()
    const call = firstAnswer(parts, target, [refused, `${host}:2`], entrance, async () => 'answer')
    await expect(call).rejects.toSatisfy(
      (error) => error instanceof DomainError && error.code === 'KAFKA_UNAVAILABLE' && !error.message.includes(host),
    )
    expect(tried).toEqual([refused, `${host}:2`])
  })

  test('does not ask another listener after a refusal', async () => {
    const { parts } = failover()
    const [one, other] = [await tlsListener(), await tlsListener()]
    let calls = 0
    const call = firstAnswer(parts, target, [one.address, other.address], entrance, async () => {
      calls += 1
      throw new DomainError('TOPIC_EXISTS', 'exists')
    })
    await expect(call).rejects.toMatchObject({ code: 'TOPIC_EXISTS' })
    expect(calls).toBe(1)
  })

  test('ends when the time of the call is over, however many listeners are left', async () => {
    const { parts, tried } = failover()
    let now = 0
    const clock = { now: () => (now += 10_000) }
    const many = Array.from({ length: 9 }, (_, index) => `${host}:${index + 1}`)
    const call = firstAnswer({ ...parts, clock }, target, many, entrance, async () => 'answer')
    await expect(call).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
    expect(tried).toEqual([`${host}:1`])
  })
})
