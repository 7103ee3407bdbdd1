import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { AVAILABILITY_ZONES } from '../../shared/catalogue/zones.ts'
import { harness } from './harness.ts'

type Body = Record<string, unknown>

const zones = (count: number) => fc.shuffledSubarray([...AVAILABILITY_ZONES], { minLength: count, maxLength: count })
const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/)
const volumeGiB = fc.integer({ min: 1, max: 1000 })

const combined = fc.record({
  topology: fc.constant('combined'),
  brokers: fc.record({ count: fc.constant(3), volumeGiB }),
  availabilityZones: fc.constantFrom(1, 3).chain(zones),
})

const dedicated = fc.integer({ min: 1, max: 3 }).chain((zoneCount) =>
  fc.record({
    topology: fc.constant('dedicated'),
    brokers: fc.record({
      count: fc.integer({ min: Math.ceil(3 / zoneCount), max: Math.floor(12 / zoneCount) }).map((n) => n * zoneCount),
      volumeGiB,
    }),
    availabilityZones: zones(zoneCount),
  }),
)

const topics = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
    partitions: fc.integer({ min: 1, max: 10_000 }),
    replicationFactor: fc.constantFrom(2, 3),
  }),
  { selector: (topic) => topic.name, maxLength: 5 },
)

const extras = fc.record(
  {
    kafkaVersion: fc.constantFrom(...KAFKA_VERSION_NAMES),
    // A key that would change what objects are is no JSON of ours: 400, and tried elsewhere.
    labels: fc.dictionary(
      fc.stringMatching(/^[a-z0-9._/-]{1,20}$/).filter((key) => key !== '__proto__'),
      fc.string({ maxLength: 20 }),
      { maxKeys: 5 },
    ),
    deletionProtection: fc.boolean(),
    config: fc.record({ 'log.retention.hours': fc.integer({ min: 1, max: 9999 }).map(String) }, { requiredKeys: [] }),
    network: fc.record(
      {
        access: fc.constantFrom('private', 'public'),
        securityGroups: fc.uniqueArray(
          fc.record({
            name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
            inboundRules: fc.array(
              fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => ({ cidr: `${ip}/${bits}` })),
              { maxLength: 3 },
            ),
          }),
          { maxLength: 5, selector: ({ name }) => name },
        ),
      },
      { requiredKeys: [] },
    ),
    topics,
  },
  { requiredKeys: [] },
)

const validBody = fc
  .tuple(name, fc.oneof(combined, dedicated), extras)
  .map(([chosen, shape, more]): Body => ({ name: chosen, ...shape, ...more }))
  .filter(({ network, brokers }) => Object(network).access !== 'public' || (Object(brokers).count ?? 3) <= 49)

const brokersOf = (body: Body) => Object(body.brokers)

/** One broken thing per mutation, and the field that must be named for it. */
const MUTATIONS: readonly (readonly [string, (body: Body) => Body])[] = [
  ['/name', ({ name: _, ...rest }) => rest],
  ['/name', (body) => ({ ...body, name: '-x' })],
  ['/topology', (body) => ({ ...body, topology: 'ring' })],
  ['/kafkaVersion', (body) => ({ ...body, kafkaVersion: '0.8.2' })],
  ['/brokers', ({ brokers: _, ...rest }) => rest],
  ['/brokers/volumeGiB', (body) => ({ ...body, brokers: { ...brokersOf(body), volumeGiB: 0 } })],
  ['/brokers/volumeGiB', (body) => ({ ...body, brokers: { ...brokersOf(body), volumeGiB: '5' } })],
  [
    '/brokers/count',
    (body) => ({ ...body, brokers: { ...brokersOf(body), count: body.topology === 'combined' ? 4 : 1 } }),
  ],
  ['/brokers/instanceType', (body) => ({ ...body, brokers: { ...brokersOf(body), instanceType: 'm1.small' } })],
  ['/brokers/disks', (body) => ({ ...body, brokers: { ...brokersOf(body), disks: 2 } })],
  ['/availabilityZones', (body) => ({ ...body, availabilityZones: [] })],
  ['/availabilityZones/0', (body) => ({ ...body, availabilityZones: ['mars'] })],
  ['/availabilityZones', (body) => ({ ...body, availabilityZones: ['az-1', 'az-1', 'az-2'] })],
  ['/labels', (body) => ({ ...body, labels: ['a'] })],
  ['/deletionProtection', (body) => ({ ...body, deletionProtection: 'yes' })],
  ['/config/node.id', (body) => ({ ...body, config: { 'node.id': '7' } })],
  ['/network/access', (body) => ({ ...body, network: { access: 'secret' } })],
  ['/topics/0/name', (body) => ({ ...body, topics: [{ name: 'a b' }] })],
  ['/topics/0/replicationFactor', (body) => ({ ...body, topics: [{ name: 'a', replicationFactor: 0 }] })],
  ['/extra~1field', (body) => ({ ...body, 'extra/field': 1 })],
]

describe('any order', () => {
  it('is accepted when it keeps the rules', async () => {
    const h = harness({ rateLimit: { requestsPerSecond: 1e6, burst: 1e6 } })
    await fc.assert(
      fc.asyncProperty(validBody, async (body) => {
        const answer = await h.post('/v1/clusters?validateOnly=true', body)
        expect(answer.body).not.toHaveProperty('errors')
        expect(answer.status).toBe(200)
      }),
      { numRuns: 200 },
    )
  })

  it('is refused with the right field when it breaks a single one, and writes nothing', async () => {
    const h = harness({ rateLimit: { requestsPerSecond: 1e6, burst: 1e6 } })
    const before = await h.commits()
    await fc.assert(
      fc.asyncProperty(validBody, fc.constantFrom(...MUTATIONS), async (body, [pointer, mutate]) => {
        const answer = await h.post('/v1/clusters', mutate(body))
        expect(answer.status).toBe(422)
        expect(answer.body).toMatchObject({
          errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
        })
      }),
      { numRuns: 300 },
    )
    expect(await h.commits()).toBe(before)
  })
})
