import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instanceMetadata, MetadataError } from '../../../agent/instance/metadata.ts'
import { nodeClaim } from '../../../agent/instance/node-claim.ts'
import { type InstanceMetadataServer, startInstanceMetadata } from '../../emulator/instance-metadata.ts'

const TAGS = new Map([
  ['weir:tenant', 'acme'],
  ['weir:cluster', 'clu_1'],
  ['weir:node', '2'],
])

let server: InstanceMetadataServer

beforeEach(async () => {
  server = await startInstanceMetadata({ instanceId: 'i-0123456789abcdef0', tags: TAGS }, { address: '127.61.0.1' })
})
afterEach(() => server.stop())

describe('the metadata of an instance', () => {
  it('is read with a token of version 2, which serves for more than one reading', async () => {
    const metadata = instanceMetadata(server.endpoint)
    expect(await metadata.read('meta-data/instance-id')).toBe('i-0123456789abcdef0')
    expect(await metadata.read('meta-data/instance-id')).toBe('i-0123456789abcdef0')
    expect(server.calls).toEqual([
      'PUT api/token 200',
      'GET meta-data/instance-id 200',
      'GET meta-data/instance-id 200',
    ])
  })

  it('is read with another token when the first has ended', async () => {
    const metadata = instanceMetadata(server.endpoint)
    await metadata.read('meta-data/instance-id')
    server.endTokens()
    expect(await metadata.read('meta-data/instance-id')).toBe('i-0123456789abcdef0')
  })

  it('is nothing where the service knows nothing', async () => {
    expect(await instanceMetadata(server.endpoint).read('meta-data/ipv6')).toBeUndefined()
  })

  it('is read once the service answers that did not at first', async () => {
    const { port } = new URL(server.endpoint)
    await server.stop()
    const metadata = instanceMetadata(server.endpoint)
    await expect(metadata.read('meta-data/instance-id')).rejects.toThrow(
      /^the instance metadata service does not answer: connect ECONNREFUSED/u,
    )
    server = await startInstanceMetadata(server.facts, { address: '127.61.0.1', port: Number(port) })
    expect(await metadata.read('meta-data/instance-id')).toBe('i-0123456789abcdef0')
  })
})

describe('the node that a machine believes to be', () => {
  it('is that of its tags, which are read once', async () => {
    const claim = nodeClaim(instanceMetadata(server.endpoint))
    expect(await claim()).toBe('acme/clu_1/2')
    server.facts.tags = new Map()
    expect(await claim()).toBe('acme/clu_1/2')
  })

  it('is not claimed before all of its tags are there', async () => {
    const claim = nodeClaim(instanceMetadata(server.endpoint))
    server.facts.tags = new Map([...TAGS].slice(0, 2))
    await expect(claim()).rejects.toThrow(MetadataError)
    await expect(claim()).rejects.toThrow('the instance metadata has no tag weir:node yet')
    server.facts.tags = TAGS
    expect(await claim()).toBe('acme/clu_1/2')
  })
})
