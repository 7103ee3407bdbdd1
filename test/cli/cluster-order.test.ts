import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commaList, keyValue, orderBody, orderedTopic } from '../../cli/cluster-order.ts'
import { inboundRange } from '../../cli/inbound-flag.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { hurriedClock } from './api-server.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-order-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const terminal = (input = ''): Terminal => ({
  environment: {},
  clock: hurriedClock(),
  interactive: false,

  redraws: false,
  interrupted: new AbortController().signal,
  out: () => undefined,
  note: () => undefined,
  readInput: async () => input,
  ask: async () => '',
})

describe('an order', () => {
  it('is made of the flags that are given, and of nothing else', async () => {
    expect(await orderBody({}, terminal())).toEqual({})
    const flags = {
      name: 'a',
      topology: 'dedicated',
      kafkaVersion: '4.3.1',
      brokers: 6,
      instanceType: 'r2a.2xlarge',
      volumeGib: 10,
      zones: ['az-1'],
      config: { k: 'v' },
      label: { l: 'w' },
      topic: [{ name: 't', partitions: 2 }],
      deletionProtection: true,
    }
    expect(await orderBody(flags, terminal())).toEqual({
      name: 'a',
      topology: 'dedicated',
      kafkaVersion: '4.3.1',
      brokers: { count: 6, instanceType: 'r2a.2xlarge', volumeGiB: 10 },
      availabilityZones: ['az-1'],
      config: { k: 'v' },
      labels: { l: 'w' },
      topics: [{ name: 't', partitions: 2 }],
      deletionProtection: true,
    })
  })

  it('is the file as it stands, unknown fields included, with the flags over it', async () => {
    const file = join(folder, 'order.json')
    const written = {
      name: 'a',
      brokers: { count: 3, volumeGiB: 1 },
      config: { a: '1' },
      labels: { x: 'y' },
      new: true,
    }
    await writeFile(file, JSON.stringify(written))
    expect(await orderBody({ file }, terminal())).toEqual(written)
    expect(await orderBody({ file, name: 'b', volumeGib: 9, config: { b: '2' } }, terminal())).toEqual({
      ...written,
      name: 'b',
      brokers: { count: 3, volumeGiB: 9 },
      config: { a: '1', b: '2' },
    })
  })

  it('is read from standard input as "-"', async () => {
    expect(await orderBody({ file: '-' }, terminal('{"name":"a"}'))).toEqual({ name: 'a' })
  })

  it.each([
    ['is not there', 'missing.json', undefined, 'ENOENT'],
    ['is not JSON', 'broken.json', '{', 'not valid JSON'],
    ['holds no object', 'list.json', '[]', 'JSON object'],
  ])('is refused with the name of the file when that %s', async (_what, name, text, reason) => {
    const file = join(folder, name)
    if (text !== undefined) await writeFile(file, text)
    await expect(orderBody({ file }, terminal())).rejects.toThrow(file)
    await expect(orderBody({ file }, terminal())).rejects.toThrow(reason)
  })
})

describe('values of flags', () => {
  it('collect what is repeated', () => {
    expect(commaList('a, b', commaList('c'))).toEqual(['c', 'a', 'b'])
    expect(keyValue('k=v=w', keyValue('a='))).toEqual({ a: '', k: 'v=w' })
    expect(orderedTopic('b:12', orderedTopic('a'))).toEqual([{ name: 'a' }, { name: 'b', partitions: 12 }])
  })

  it.each([
    [keyValue, '=v'],
    [keyValue, 'k'],
    [orderedTopic, ':3'],
    [orderedTopic, 'a:b'],
    [orderedTopic, 'a:1:2'],
  ])('are refused when they have another form', (parse, text) => {
    expect(() => parse(text)).toThrow('It must be')
  })
})

describe('who may reach the brokers', () => {
  const read = (...texts: readonly string[]) =>
    texts.reduce<ReturnType<typeof inboundRange>>((before, text) => inboundRange(text, before), [])

  it('is read as ranges, in the groups that are named or in one', () => {
    expect(read('10.0.0.0/8', 'office:192.0.2.0/24', '198.51.100.0/24')).toEqual([
      { name: 'clients', inboundRules: [{ cidr: '10.0.0.0/8' }, { cidr: '198.51.100.0/24' }] },
      { name: 'office', inboundRules: [{ cidr: '192.0.2.0/24' }] },
    ])
    expect(read('none')).toEqual([])
    for (const wrong of [':10.0.0.0/8', 'a:', 'a:b:10.0.0.0/8', '']) expect(() => read(wrong)).toThrow('GROUP:CIDR')
  })

  it('goes into an order beside what its file says of the network', async () => {
    const written = terminal(JSON.stringify({ network: { access: 'public', securityGroups: [{ name: 'old' }] } }))
    const [group] = read('10.0.0.0/8')
    const inbound = group ? [group] : []
    expect(await orderBody({ file: '-', inbound }, written)).toEqual({
      network: { access: 'public', securityGroups: inbound },
    })
    expect(await orderBody({ inbound: [] }, terminal())).toEqual({ network: { securityGroups: [] } })
  })
})
