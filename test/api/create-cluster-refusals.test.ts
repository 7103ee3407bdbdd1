import { describe, expect, it } from 'vitest'
import { aCluster } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

const dedicated = (count: number, more: object = {}) => ({
  name: 'orders',
  topology: 'dedicated',
  brokers: { count, volumeGiB: 10 },
  ...more,
})
const topic = (more: object) => aCluster({ topics: [{ name: 'orders', ...more }] })
const config = (settings: Record<string, string>) => aCluster({ config: settings })

/** A broken order, the field that is named, and the rule. */
const REFUSED: readonly (readonly [string, object, string, string])[] = [
  [
    'public access for more brokers than a load balancer has listeners',
    dedicated(51, { network: { access: 'public' } }),
    '/brokers/count',
    'public_access_broker_limit',
  ],
  ['an unknown field', { ...aCluster(), colour: 'red' }, '/colour', 'unknown_field'],
  [
    'an unknown field inside',
    aCluster({ brokers: Object.assign({ volumeGiB: 1 }, { cpu: 8 }) }),
    '/brokers/cpu',
    'unknown_field',
  ],
  ['no name', { topology: 'combined', brokers: { volumeGiB: 1 } }, '/name', 'required'],
  ['no topology', { name: 'orders', brokers: { volumeGiB: 1 } }, '/topology', 'required'],
  ['no volume', { name: 'orders', topology: 'combined', brokers: {} }, '/brokers/volumeGiB', 'required'],
  ['a label that says too much', aCluster({ labels: { team: '🐘'.repeat(129) } }), '/labels/team', 'max_length'],
  ['a name with capitals', aCluster({ name: 'Orders' }), '/name', 'pattern'],
  ['a number as name', { ...aCluster(), name: 7 }, '/name', 'type'],
  [
    'combined with another count than 3',
    aCluster({ brokers: { count: 4, volumeGiB: 1 } }),
    '/brokers/count',
    'combined_has_three_brokers',
  ],
  [
    'combined in two zones',
    aCluster({ availabilityZones: ['az-1', 'az-2'] }),
    '/availabilityZones',
    'combined_in_one_or_three_zones',
  ],
  ['dedicated with a count that is no multiple of the zones', dedicated(4), '/brokers/count', 'multiple_of_zones'],
  [
    'dedicated with fewer than three brokers',
    dedicated(2, { availabilityZones: ['az-1'] }),
    '/brokers/count',
    'minimum',
  ],
  ['more brokers than a cluster may have', dedicated(63), '/brokers/count', 'maximum'],
  ['a count that is not whole', dedicated(3.5), '/brokers/count', 'type'],
  ['an unknown version', { ...aCluster(), kafkaVersion: '2.8.0' }, '/kafkaVersion', 'enum'],
  [
    'an unknown instance type',
    { ...aCluster(), brokers: { volumeGiB: 1, instanceType: 't3.nano' } },
    '/brokers/instanceType',
    'enum',
  ],
  ['a volume of nothing', aCluster({ brokers: { volumeGiB: 0 } }), '/brokers/volumeGiB', 'minimum'],
  ['a volume beyond the largest', aCluster({ brokers: { volumeGiB: 16_385 } }), '/brokers/volumeGiB', 'maximum'],
  ['an unknown zone', { ...aCluster(), availabilityZones: ['az-9'] }, '/availabilityZones/0', 'enum'],
  ['a zone twice', { ...dedicated(4), availabilityZones: ['az-1', 'az-1'] }, '/availabilityZones', 'unique'],
  ['no zone', { ...aCluster(), availabilityZones: [] }, '/availabilityZones', 'min_items'],
  [
    'a stop and a start by the clock at one moment',
    aCluster({ schedule: { stop: 'Mon-Fri 20:00', start: 'Fri,Sat 20:00' } }),
    '/schedule/start',
    'start_differs_from_stop',
  ],
  [
    'a source range that is none',
    aCluster({ network: { securityGroups: [{ name: 'apps', inboundRules: [{ cidr: '10.0.0.0/40' }] }] } }),
    '/network/securityGroups/0/inboundRules/0/cidr',
    'cidrv4',
  ],
  ['a label key with capitals', aCluster({ labels: { Team: 'x' } }), '/labels/Team', 'pattern'],
  ['a setting that Weir manages', config({ 'log.dirs': '/tmp' }), '/config/log.dirs', 'managed_key'],
  ['a setting that is none', config({ 'log.colour': 'red' }), '/config/log.colour', 'unknown_key'],
  [
    'a setting of the wrong type',
    config({ 'log.retention.hours': 'long' }),
    '/config/log.retention.hours',
    'wrong_type',
  ],
  ['a setting out of range', config({ 'num.io.threads': '0' }), '/config/num.io.threads', 'out_of_range'],
  [
    'more replicas in sync than one restart leaves',
    config({ 'min.insync.replicas': '3' }),
    '/config/min.insync.replicas',
    'conflicting_keys',
  ],
  ['a topic of a reserved name', topic({ name: '__mine' }), '/topics/0/name', 'reserved'],
  [
    'more replicas than brokers',
    topic({ replicationFactor: 4 }),
    '/topics/0/replicationFactor',
    'replicas_above_brokers',
  ],
  [
    'fewer replicas than must be in sync',
    topic({ replicationFactor: 1 }),
    '/topics/0/replicationFactor',
    'min_insync_above_replicas',
  ],
  [
    'a topic that can never be written with acks=all',
    topic({ config: { 'min.insync.replicas': '4' } }),
    '/topics/0/config/min.insync.replicas',
    'min_insync_above_replicas',
  ],
  ['a topic setting that is none', topic({ config: { colour: 'red' } }), '/topics/0/config/colour', 'unknown_key'],
  ['two topics of one name', aCluster({ topics: [{ name: 'a' }, { name: 'a' }] }), '/topics/1/name', 'unique'],
  [
    'two topics that Kafka cannot tell apart',
    aCluster({ topics: [{ name: 'a.b' }, { name: 'a_b' }] }),
    '/topics/1/name',
    'unique',
  ],
]

describe('422', () => {
  it.each(REFUSED)('refuses %s, names field and rule, and writes nothing', async (_what, body, pointer, rule) => {
    const h = harness()
    const before = await h.commits()
    const answer = await h.post('/v1/clusters', body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'INVALID_FIELD',
      errors: expect.arrayContaining([expect.objectContaining({ pointer, rule })]),
    })
    expect(await h.commits()).toBe(before)
  })

  it('names every broken rule at once, those of the shape and those between fields', async () => {
    const h = harness()
    const answer = await h.post('/v1/clusters', {
      name: 'Orders!',
      topology: 'combined',
      brokers: { count: 5, volumeGiB: 1 },
      availabilityZones: ['az-1', 'az-2'],
      colour: 'red',
    })
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/name', rule: 'pattern' }),
        expect.objectContaining({ pointer: '/colour', rule: 'unknown_field' }),
        expect.objectContaining({ pointer: '/brokers/count', rule: 'combined_has_three_brokers' }),
        expect.objectContaining({ pointer: '/availabilityZones', rule: 'combined_in_one_or_three_zones' }),
      ]),
    })
  })

  it.each([
    ['an array', []],
    ['a word', '"cluster"'],
    ['null', 'null'],
  ])('refuses %s as a body', async (_what, body) => {
    const answer = await harness().post('/v1/clusters', body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ errors: [{ pointer: '', rule: 'type' }] })
  })

  it('takes a setting that lets a topic have one replica', async () => {
    const h = harness()
    const body = topic({ replicationFactor: 1, config: { 'min.insync.replicas': '1' } })
    expect((await h.post('/v1/clusters', body)).status).toBe(202)
  })

  it('takes fewer replicas where the cluster itself asks for fewer in sync', async () => {
    const body = { ...topic({ replicationFactor: 2 }), ...config({ 'min.insync.replicas': '1' }) }
    expect(
      (await harness().post('/v1/clusters', { ...body, topics: [{ name: 'a', replicationFactor: 2 }] })).status,
    ).toBe(202)
  })
})

describe('public access', () => {
  const wanted = aCluster({ network: { access: 'public' } })

  it('is refused with the field and the rule where the deployment offers none, and nothing is written', async () => {
    const h = harness({}, { publicAccess: false })
    for (const path of ['/v1/clusters', '/v1/clusters?validateOnly=true']) {
      expect(await h.post(path, wanted)).toMatchObject({
        status: 422,
        body: { code: 'INVALID_FIELD', errors: [{ pointer: '/network/access', rule: 'public_access_not_offered' }] },
      })
    }
    expect(await h.commits()).toBe(0)
  })

  it('can be ordered where it is offered', async () => {
    const h = harness()
    expect((await h.post('/v1/clusters', wanted)).status).toBe(202)
  })
})

it('an order for a release that is not supported any more is refused with its date, checked only or not', async () => {
  const h = harness()
  await h.clock.advance(Date.UTC(2027, 5, 30, 23) - h.clock.now())
  const accepted = await h.post('/v1/clusters?validateOnly=true', aCluster())
  expect(accepted.body).toMatchObject({ warnings: [{ code: 'VERSION_NEAR_END_OF_SUPPORT' }] })
  await h.clock.advance(2 * 3600_000)
  const before = await h.commits()
  for (const query of ['', '?validateOnly=true']) {
    const answer = await h.post(`/v1/clusters${query}`, aCluster())
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'VERSION_NOT_SUPPORTED',
      detail: expect.stringContaining('2027-06-30'),
      errors: [{ pointer: '/kafkaVersion' }],
    })
  }
  expect(await h.commits()).toBe(before)
  expect((await h.post('/v1/clusters', aCluster({ kafkaVersion: '4.3.1' }))).status).toBe(202)
})
