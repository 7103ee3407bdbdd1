import { describe, expect, test } from 'vitest'
import { KAFKA_VERSION_NAMES, type KafkaVersion } from '../../../shared/catalogue/kafka-versions.ts'
import { configKeys } from '../../../shared/kafka/config-keys.ts'
import { isManagedKey } from '../../../shared/kafka/managed-keys.ts'
import { parseProperties } from '../../../shared/kafka/properties-file.ts'
import { renderServerProperties, type ServerPropertiesInput } from '../../../shared/kafka/server-properties.ts'
import { hostInputs } from './server-properties-input.ts'

const read = (input: ServerPropertiesInput): ReadonlyMap<string, string> =>
  parseProperties(renderServerProperties(input))

const names = (list: string | undefined): readonly string[] =>
  list === undefined ? [] : list.split(',').map((endpoint) => endpoint.split(':')[0] ?? '')

const kinds = Object.entries(hostInputs)
const everyHost = KAFKA_VERSION_NAMES.flatMap((kafkaVersion) =>
  kinds.map(([kind, input]) => ({ kind, kafkaVersion, input: { ...input, kafkaVersion } as ServerPropertiesInput })),
)

test('clients are told the name of a broker, and nodes call one another by their addresses', () => {
  const named = { ...hostInputs.combined, clientHost: 'b1.clu-1.kafka.example.com' }
  const properties = read(named)
  expect(properties.get('advertised.listeners')).toBe(
    'REPLICATION://127.32.0.1:9091,CLIENT://b1.clu-1.kafka.example.com:9092',
  )
  const unnamed = read(hostInputs.combined)
  expect([...properties].filter(([key, value]) => unnamed.get(key) !== value).map(([key]) => key)).toEqual([
    'advertised.listeners',
  ])
})

test('clients from the internet have a listener of their own where there is an entry, as safe as the other one', () => {
  const publicEndpoint = { host: 'b1-public.clu-1.kafka.example.com', port: 9201 }
  for (const kind of ['combined', 'broker'] as const) {
    const before = read(hostInputs[kind])
    const properties = read({ ...hostInputs[kind], publicEndpoint })
    const { host } = hostInputs[kind]
    expect(properties.get('listeners')).toBe(`${before.get('listeners')},PUBLIC://${host}:9094`)
    expect(properties.get('advertised.listeners')).toBe(
      `${before.get('advertised.listeners')},PUBLIC://b1-public.clu-1.kafka.example.com:9201`,
    )
    expect(properties.get('listener.security.protocol.map')).toBe(
      `${before.get('listener.security.protocol.map')},PUBLIC:SASL_SSL`,
    )
    const of = (name: string) => {
      const prefix = `listener.name.${name}.`
      const own = [...properties].filter(([key]) => key.startsWith(prefix))
      return own.map(([key, value]) => [key.slice(prefix.length), value])
    }
    expect(of('public')).toEqual(of('client'))
    expect(of('client').length).toBeGreaterThan(4)
  }
  expect(read({ ...hostInputs.controller, publicEndpoint })).toEqual(read(hostInputs.controller))
})

describe.each(everyHost)('a $kind host of Kafka $kafkaVersion', ({ kind, input, kafkaVersion }) => {
  const properties = read(input)
  const listeners = names(properties.get('listeners'))
  const advertised = names(properties.get('advertised.listeners'))

  test('votes exactly when it is a controller', () => {
    const voters = properties.get('controller.quorum.voters')?.split(',') ?? []
    expect(voters.some((voter) => voter.startsWith(`${input.nodeId}@`))).toBe(kind !== 'broker')
    expect(properties.get('process.roles')?.includes('controller')).toBe(kind !== 'broker')
  })

  test('never advertises the controller listener, and advertises nothing without the broker role', () => {
    expect(advertised).toEqual(kind === 'controller' ? [] : ['REPLICATION', 'CLIENT'])
    for (const name of advertised) expect(listeners).toContain(name)
  })

  test('binds the controller listener exactly when it is a controller, and knows its protocol in any case', () => {
    expect(listeners.includes('CONTROLLER')).toBe(kind !== 'broker')
    expect(properties.get('controller.listener.names')).toBe('CONTROLLER')
    expect(names(properties.get('listener.security.protocol.map'))).toContain('CONTROLLER')
  })

  test('binds nothing but its own address', () => {
    const endpoints = `${properties.get('listeners')},${properties.get('advertised.listeners') ?? ''}`
    const hosts = [...endpoints.matchAll(/:\/\/([^:]+):/gu)].map((match) => match[1])
    expect(new Set(hosts)).toEqual(new Set([input.host]))
  })

  test('speaks between brokers over a listener that it advertises and that is no controller listener', () => {
    const interBroker = properties.get('inter.broker.listener.name')
    if (kind === 'controller') expect(interBroker).toBeUndefined()
    else expect(advertised.filter((name) => name !== 'CONTROLLER')).toContain(interBroker)
  })

  test('has no plaintext listener and no authentication left open', () => {
    const protocols = properties.get('listener.security.protocol.map') ?? ''
    expect(protocols).not.toMatch(/:(?:PLAINTEXT|SASL_PLAINTEXT)/u)
    for (const [key, value] of properties) {
      if (key.endsWith('ssl.client.auth')) expect(value).toBe(key.includes('.client.ssl') ? 'none' : 'required')
    }
    expect(properties.get('allow.everyone.if.no.acl.found')).toBe('false')
  })

  test('keeps the log directories below the mount point, apart from each other', () => {
    const directories = [properties.get('log.dirs'), properties.get('metadata.log.dir')].filter((path) => path)
    for (const directory of directories) expect(directory).toMatch(/^\/var\/lib\/kafka\/\w+$/u)
    expect(new Set(directories).size).toBe(directories.length)
  })

  test('holds only keys that Kafka knows or that Weir manages', () => {
    for (const key of properties.keys()) {
      const known = isManagedKey(key) || configKeys(kafkaVersion as KafkaVersion).has(key)
      expect(known, key).toBe(true)
    }
  })

  test('leaves a broker twice the time of a heartbeat before its session ends', () => {
    const heartbeat = Number(properties.get('broker.heartbeat.interval.ms') ?? 2000)
    expect(heartbeat * 2).toBeLessThanOrEqual(Number(properties.get('broker.session.timeout.ms') ?? 9000))
  })
})

describe('the rendered file', () => {
  const { combined, broker, controller } = hostInputs

  test('is the same for the same input, in whatever order the tenant gave the settings', () => {
    const one = { ...combined, tenantConfig: { 'num.partitions': '6', 'message.max.bytes': '1000' } }
    const other = { ...combined, tenantConfig: { 'message.max.bytes': '1000', 'num.partitions': '6' } }
    expect(renderServerProperties(one)).toBe(renderServerProperties(other))
  })

  test('names the same voters on every host', () => {
    const voters = kinds.map(([, input]) => read(input).get('controller.quorum.voters'))
    expect(new Set(voters).size).toBe(1)
  })

  test("prefers a tenant's setting to Weir's default", () => {
    expect(read({ ...combined, tenantConfig: { 'num.partitions': '6' } }).get('num.partitions')).toBe('6')
  })

  test.each(['node.id', 'super.users', 'listener.name.client.ssl.client.auth'])(
    'refuses a tenant who sets %s',
    (key) => {
      expect(() => renderServerProperties({ ...combined, tenantConfig: { [key]: '1' } })).toThrow(key)
    },
  )

  test('lets no value of a tenant become a second property', () => {
    const value = '10\nsuper.users=User:mallory\r\\'
    const properties = read({ ...combined, tenantConfig: { 'message.max.bytes': value } })
    expect(properties.get('message.max.bytes')).toBe(value)
    expect(properties.get('super.users')).not.toContain('mallory')
  })

  test('gives share groups their replicas on 4.x and nothing of them before', () => {
    const key = 'share.coordinator.state.topic.replication.factor'
    expect(read({ ...broker, kafkaVersion: '4.3.1' }).get(key)).toBe('3')
    expect(read({ ...broker, kafkaVersion: '3.9.2' }).has(key)).toBe(false)
  })

  test('keeps one replica less in sync than there are, also when the tenant chose how many there are', () => {
    const properties = read({ ...broker, tenantConfig: { 'default.replication.factor': '2' } })
    expect(properties.get('min.insync.replicas')).toBe('1')
    expect(read(broker).get('min.insync.replicas')).toBe('2')
  })

  test('gives every cleaner thread of the tenant a buffer that Kafka accepts', () => {
    const { get } = {
      get: (key: string) => read({ ...broker, tenantConfig: { 'log.cleaner.threads': '200' } }).get(key),
    }
    expect(Number(get('log.cleaner.dedupe.buffer.size')) / 200).toBeGreaterThan(1_048_576)
  })

  test('cannot be made for roles that contradict the voters', () => {
    expect(() => renderServerProperties({ ...controller, nodeId: 9 })).toThrow('not among the voters')
    expect(() => renderServerProperties({ ...broker, nodeId: 1 })).toThrow('voter but not a controller')
  })
})
