import fc from 'fast-check'
import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { STEP_NAMES } from '../../workflows/steps/steps.ts'
import { type Faults, STEP_FAULT_KINDS } from './faults.ts'
import { change, index, node, order, type Request } from './walk-requests.ts'

/** One thing that a tenant, the cloud or fate does. */
export type Action =
  | Request
  | { readonly does: 'together'; readonly requests: readonly Request[] }
  | { readonly does: 'wait'; readonly seconds: number }
  | { readonly does: 'killControlPlane'; readonly downSeconds: number }
  | { readonly does: 'killMachine' | 'killWithDisk' | 'killKafka'; readonly index: number }
  | { readonly does: 'fill'; readonly index: number; readonly percent: number }
  | { readonly does: 'silence'; readonly index: number; readonly seconds: number }
  | { readonly does: 'break'; readonly faults: Faults }

const does = <K extends string>(...kinds: readonly [K, ...K[]]) => fc.constantFrom(...kinds)

const stepFault = fc
  .record({
    kind: fc.constantFrom(...STEP_FAULT_KINDS),
    step: fc.constantFrom(...STEP_NAMES),
    effect: fc.integer({ min: 1, max: 4 }),
    calls: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 30, max: 900 }),
  })
  .map((fault): Faults => ({ steps: [fault] }))

const CALLS = [
  ...(
    [
      'ensureSecurityGroup',
      'shutOut',
      'removeSecurityGroup',
      'ensureAddress',
      'ensureVolume',
      'growVolume',
      'ensureInstance',
      'removeInstance',
      'removeVolume',
      'list',
    ] as const
  ).map((method) => ({ port: 'hosts', method }) as const),
  ...(
    [
      'quorum',
      'brokers',
      'topics',
      'createTopic',
      'roundTrip',
      'deleteUser',
      'logDirs',
      'alterClusterConfig',
      'reassignments',
      'moveReplicas',
      'cancelMoves',
      'throttleBrokers',
      'clearBrokerThrottles',
      'overrideOnBroker',
      'clearOverrides',
      'unregisterBroker',
      'updateFeatures',
    ] as const
  ).map((method) => ({ port: 'kafka', method }) as const),
  ...(['start', 'succeed', 'stop', 'describe'] as const).map((method) => ({ port: 'workflows', method }) as const),
]

const portFault = fc
  .record({
    call: fc.constantFrom(...CALLS),
    when: fc.constantFrom('refused', 'answerLost'),
    error: fc.constantFrom('ECONNRESET', 'NO_CAPACITY', 'KAFKA_UNAVAILABLE'),
    times: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ call, ...fault }): Faults => ({ ports: [{ ...call, ...fault }] }))

/** What is answered as if it were done, and never is. */
const lostCall = fc
  .record({ method: fc.constantFrom('start', 'stop', 'succeed'), times: fc.integer({ min: 1, max: 2 }) })
  .map((fault): Faults => ({ ports: [{ ...fault, port: 'workflows', when: 'neverDone', error: 'ECONNRESET' }] }))

const hostFault = fc
  .record({
    kind: fc.constantFrom(
      'bootsSlowly',
      'diesSuddenly',
      'agentRestarts',
      'processCrashLoops',
      'volumeFails',
      'isHeldUp',
      'newReleaseFails',
      'newReleaseRefused',
    ),
    seconds: fc.integer({ min: 1, max: 60 }),
    nodeId: fc.option(node, { nil: undefined }),
  })
  .map(({ nodeId, ...fault }): Faults => ({ hosts: [nodeId === undefined ? fault : { ...fault, nodeId }] }))

const delivery = fc
  .record({
    delaySeconds: fc.integer({ min: 0, max: 60 }),
    copies: fc.integer({ min: 1, max: 3 }),
    shuffled: fc.boolean(),
  })
  .map((fault): Faults => ({ delivery: fault }))

const stale = fc.integer({ min: 5, max: 60 }).map((staleSeconds): Faults => ({ staleSeconds }))

/** In the middle of an operation, about as long as one takes, or long enough for whatever runs to end. */
const waiting = fc.oneof(
  fc.integer({ min: 0, max: 10 }),
  fc.integer({ min: 12, max: 30 }),
  fc.integer({ min: 60, max: 600 }),
)

/** Clusters that are up, or nearly so: without one there is little to ask for. */
const opening: fc.Arbitrary<readonly Action[]> = fc
  .tuple(order, fc.constantFrom(240, 480))
  .map(([first, seconds]) => [first, { does: 'wait', seconds }])

/** What follows only from what was done before, with the time that it takes. */
const FOLLOWS = [
  ['stop', 'start'],
  ['delete', 'restore'],
  ['expand', 'shrink'],
  ['shrink', 'expand'],
] as const

const sequel: fc.Arbitrary<readonly Action[]> = fc.oneof(
  fc
    .record({ kinds: fc.constantFrom(...FOLLOWS), index, seconds: fc.integer({ min: 5, max: 600 }) })
    .map(({ kinds: [first, next], index, seconds }): readonly Action[] => [
      { does: first, index },
      { does: 'wait', seconds },
      { does: next, index },
    ]),
  fc
    .record({ index, kafkaVersion: fc.constantFrom(...KAFKA_VERSION_NAMES) })
    .map(({ index, kafkaVersion }): readonly Action[] => [
      { does: 'upgrade', index, kafkaVersion },
      { does: 'wait', seconds: 600 },
      { does: 'finalise', index },
    ]),
)

const doing: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: order },
  { weight: 8, arbitrary: change },
  {
    weight: 2,
    arbitrary: fc.record({
      does: does('together'),
      requests: fc.array(fc.oneof(order, change), { minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ does: does('wait'), seconds: waiting }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: does('killControlPlane'), downSeconds: fc.integer({ min: 1, max: 120 }) }),
  },
  { weight: 2, arbitrary: fc.record({ does: does('killMachine', 'killWithDisk', 'killKafka'), index }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: does('fill'), index, percent: fc.integer({ min: 50, max: 100 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: does('silence'), index, seconds: fc.integer({ min: 5, max: 600 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: does('break'),
      faults: fc.oneof(stepFault, portFault, lostCall, hostFault, delivery, stale),
    }),
  },
)

const doings: fc.Arbitrary<readonly Action[]> = fc
  .array(fc.oneof({ weight: 9, arbitrary: doing.map((action) => [action]) }, { weight: 1, arbitrary: sequel }), {
    minLength: 3,
    maxLength: 30,
  })
  .map((parts) => parts.flat())

/** Any walk: tenants order, change and delete, and everything around them goes wrong. */
export const walks: fc.Arbitrary<readonly Action[]> = fc.tuple(opening, doings).map((parts) => parts.flat())
