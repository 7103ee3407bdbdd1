import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LocalEntries, localEntries } from '../../local/local-entries.ts'

const cluster = { tenantId: 'acme', clusterId: 'clu_1' }
const brokers = [1, 2].map((nodeId) => ({ nodeId, address: `127.68.7.${nodeId}`, zone: 'az-1' }))
const HOST = '127.68.7.254'

let home: string
let entries: LocalEntries
let servers: Server[]

/** A broker that answers whatever it is told with its own address in front. */
async function listen(address: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (said) => socket.write(`${address}: ${said}`))
    socket.on('end', () => socket.end('bye'))
  })
  server.listen(9094, address)
  await once(server, 'listening')
  servers.push(server)
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-entries-'))
  servers = []
  entries = localEntries(join(home, 'entries.json'))
})
afterEach(async () => {
  await entries.closeAll()
  for (const server of servers) server.close()
  await rm(home, { recursive: true })
})

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port })
  await once(socket, 'connect')
  return socket
}

/** What is answered to a word, and after the end of our side. */
async function talk(port: number): Promise<string> {
  const socket = await open(port)
  socket.write('hello')
  const [answer] = await once(socket, 'data')
  socket.end()
  const [farewell] = await once(socket, 'data')
  await once(socket, 'close')
  return `${answer}, ${farewell}`
}

it('passes connections through in both directions, to the broker whose port it is', async () => {
  for (const { address } of brokers) await listen(address)
  expect(await entries.ensureEntry(cluster, brokers)).toEqual({ host: HOST })
  expect(await talk(9201)).toBe('127.68.7.1: hello, bye')
  expect(await talk(9202)).toBe('127.68.7.2: hello, bye')
})

it('leads by the common port to brokers in turn, and passes over one that is down', async () => {
  await entries.ensureEntry(cluster, brokers)
  await listen('127.68.7.2')
  expect([await talk(9094), await talk(9094)]).toEqual(Array(2).fill('127.68.7.2: hello, bye'))
  await listen('127.68.7.1')
  expect(new Set([await talk(9094), await talk(9094)])).toEqual(
    new Set(['127.68.7.1: hello, bye', '127.68.7.2: hello, bye']),
  )
})

it('closes a connection that no broker takes', async () => {
  await entries.ensureEntry(cluster, brokers)
  const socket = await open(9201)
  socket.resume()
  await once(socket, 'close')
})

it('says which broker it does not reach', async () => {
  await entries.ensureEntry(cluster, brokers)
  await listen('127.68.7.1')
  expect(await entries.missingOf(cluster, brokers)).toBe('The public entry does not reach node 2 yet.')
  await listen('127.68.7.2')
  expect(await entries.missingOf(cluster, brokers)).toBeUndefined()
})

it('is taken up again by the next process, and not after its removal', async () => {
  for (const { address } of brokers) await listen(address)
  await entries.ensureEntry(cluster, brokers)
  await entries.closeAll()
  entries = localEntries(join(home, 'entries.json'))
  await entries.openAll()
  expect(await talk(9201)).toBe('127.68.7.1: hello, bye')
  await entries.removeEntry(cluster)
  await entries.removeEntry(cluster)
  await entries.closeAll()
  entries = localEntries(join(home, 'entries.json'))
  await entries.openAll()
  await expect(open(9201)).rejects.toThrow(/ECONNREFUSED/)
})
