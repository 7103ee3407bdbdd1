import {
  type ConfigChange,
  isSameValue,
  MIN_IN_SYNC,
  nextThreads,
  STEPWISE_KEYS,
} from '../shared/kafka/config-change.ts'
import type { KafkaTarget } from '../shared/ports/kafka.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { lookAtKafka } from './kafka-view.ts'
import { pollOneCall } from './poll.ts'

type Settings = ConfigChange['dynamicSets']
type Ports = Needed<'clock' | 'kafka'>

/**
 * Brings the cluster's dynamic defaults where they shall be and waits until every broker has them in force. Kafka is asked
 * whether it would before it is asked to, and one broker tries what all are about to get. Numbers of threads go there in steps that Kafka takes, each of them awaited.
 */
export async function applyDynamic(
  ports: Ports,
  cluster: ClusterRecord,
  all: readonly BrokerRecord[],
  { dynamicSets, dynamicDeletes }: ConfigChange,
): Promise<void> {
  if (Object.keys(dynamicSets).length + dynamicDeletes.length === 0) return
  const brokers = all.filter(({ roles }) => roles.includes('broker'))
  const target = kafkaTarget(cluster, all)
  for (;;) {
    const { sets, deletes, isLast } = await nextStep(ports, target, brokers, { dynamicSets, dynamicDeletes })
    await ports.kafka.alterClusterConfig(target, sets, deletes, { validateOnly: true })
    await tryOnOne(ports, cluster, all, sets)
    await ports.kafka.alterClusterConfig(target, sets, deletes, { validateOnly: false })
    await clearTrial(ports, cluster, all, Object.keys(sets))
    await awaitInForce(ports, cluster, all, sets, deletes)
    if (isLast) return
  }
}

/** The first broker by its id tries what all are about to get. */
const canaryOf = (all: readonly BrokerRecord[]): BrokerRecord | undefined =>
  all.filter(({ roles }) => roles.includes('broker')).toSorted((a, b) => a.nodeId - b.nodeId)[0]

/** Clusters with eligible leader replicas take this key as the cluster's default only (kafka-operations §5.6). */
const forTrial = (keys: readonly string[]) => keys.filter((key) => key !== MIN_IN_SYNC)

/** Sets values on one broker, above the cluster's defaults, and waits until it serves with them. */
async function tryOnOne(ports: Ports, cluster: ClusterRecord, all: readonly BrokerRecord[], sets: Settings) {
  const canary = canaryOf(all)
  const trial = Object.fromEntries(forTrial(Object.keys(sets)).map((key) => [key, sets[key] ?? '']))
  if (!canary || Object.keys(trial).length === 0) return
  await ports.kafka.overrideOnBroker(kafkaTarget(cluster, all), canary.nodeId, trial)
  await awaitInForce(ports, cluster, [canary], trial, [], all)
}

/** Takes what was tried away from the broker that tried it, so that the cluster's defaults hold there, too. */
export async function clearTrial(
  ports: Ports,
  cluster: ClusterRecord,
  all: readonly BrokerRecord[],
  keys: readonly string[],
): Promise<void> {
  const canary = canaryOf(all)
  if (!canary || forTrial(keys).length === 0) return
  await ports.kafka.clearOverrides(kafkaTarget(cluster, all), canary.nodeId, forTrial(keys))
}

/** All values, with numbers of threads no further from the present ones than Kafka takes; it takes a default away last. */
async function nextStep(
  { kafka }: Ports,
  target: KafkaTarget,
  brokers: readonly BrokerRecord[],
  { dynamicSets, dynamicDeletes }: Pick<ConfigChange, 'dynamicSets' | 'dynamicDeletes'>,
) {
  const stepwise = [...Object.keys(dynamicSets), ...dynamicDeletes].filter((key) => STEPWISE_KEYS.has(key))
  const [first] = brokers
  const current = first && stepwise.length > 0 ? await kafka.brokerConfig(target, first.nodeId, stepwise) : undefined
  const sets = new Map<string, string>()
  const deletes: string[] = []
  let isLast = true
  const place = (key: string, wanted: string | undefined) => {
    const setting = current?.get(key)
    const [now, goal] = [Number(setting?.value), Number(wanted ?? setting?.beneath)]
    const next = now > 0 && goal > 0 ? nextThreads(now, goal) : goal
    if (STEPWISE_KEYS.has(key) && next !== goal && goal > 0) {
      sets.set(key, String(next))
      isLast = false
    } else if (wanted !== undefined) sets.set(key, wanted)
    else deletes.push(key)
  }
  for (const [key, value] of Object.entries(dynamicSets)) place(key, value)
  for (const key of dynamicDeletes) place(key, undefined)
  return { sets: Object.fromEntries(sets), deletes, isLast }
}

/** Waits, for one call's time, until every broker has these values in force and none of the defaults that were taken away. */
export async function awaitInForce(
  ports: Ports,
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  values: Settings,
  deletes: readonly string[] = [],
  all = nodes,
): Promise<void> {
  const target = kafkaTarget(cluster, all)
  const asked = [...Object.keys(values), ...deletes]
  if (asked.length === 0) return
  await pollOneCall(ports, () =>
    lookAtKafka(async () => {
      for (const { nodeId, roles } of nodes) {
        if (!roles.includes('broker')) continue
        const found = await ports.kafka.brokerConfig(target, nodeId, asked)
        for (const [key, value] of Object.entries(values)) {
          const actual = found.get(key)?.value
          if (actual === undefined || !isSameValue(cluster.spec.kafkaVersion, key, actual, value))
            return `Broker ${nodeId} has ${key} at ${actual ?? 'nothing'}, not yet at ${value}.`
        }
        const left = deletes.find((key) => found.get(key)?.dynamicDefault)
        if (left !== undefined) return `Broker ${nodeId} still takes ${left} from the cluster's dynamic default.`
      }
      return undefined
    }),
  )
}
