import { type Connection, unregisterBrokerV0, updateFeaturesV1 } from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import {
  type FeatureChange,
  type FeaturesView,
  type NodeFeatures,
  QUORUM_FEATURE,
  type RegisteredBroker,
} from '../../../shared/ports/kafka-membership.ts'
import { type Entrance, unavailable, withConnection } from './connections.ts'
import { onController } from './controllers.ts'
import { describe, isPassing, refusalOf, refusalsIn, unexpected } from './failures.ts'
import { apiVersions } from './protocol/api-versions.ts'
import { describeCluster } from './protocol/describe-cluster.ts'
import { withRefusals } from './whole-answer.ts'

/** The controller asks nobody; the time is for one that has just changed. */
const CONTROLLER_MILLISECONDS = 8000

/** The codes of the protocol for the ways in which a level may be changed. */
const CHANGES = { upgrade: 1, safeDowngrade: 2 } as const

const updateWithRefusals = withRefusals(updateFeaturesV1)

/** Every registered broker, where the release tells of fenced ones too. */
export async function readRegistered(connection: Connection): Promise<readonly RegisteredBroker[] | 'unknown'> {
  try {
    const { brokers } = await describeCluster.async(connection)
    return brokers
      .map(({ nodeId, isFenced }) => ({ nodeId, fenced: isFenced }))
      .toSorted((one, other) => one.nodeId - other.nodeId)
  } catch (error) {
    throw isPassing(error) ? error : unexpected('DescribeCluster', error)
  }
}

/** Tells whether a release tells of fenced brokers. */
export function tellsOfFenced(kafkaVersion: string): boolean {
  return Number(kafkaVersion.split('.')[0]) >= 4
}

/** Forgets a broker. */
export async function unregisterBroker(target: KafkaTarget, nodeId: number, entrance: Entrance): Promise<void> {
  await onController(target, entrance, async (connection) => {
    try {
      await unregisterBrokerV0.api.async(connection, nodeId)
    } catch (error) {
      if (refusalsIn(error).some(({ name }) => name === 'BROKER_ID_NOT_REGISTERED')) return
      throw isPassing(error) ? error : unexpected('UnregisterBroker', error)
    }
  })
}

interface Asked {
  readonly node: NodeFeatures
  /** Grows with every change of the levels. */
  readonly epoch: bigint
  readonly failure?: unknown
}

/** Asks every listener at once. */
export async function readFeatures(target: KafkaTarget, entrance: Entrance): Promise<FeaturesView> {
  const ask = (role: NodeFeatures['role']) => (address: string) => askListener(address, role, entrance)
  const asked = await Promise.all([...target.brokers.map(ask('broker')), ...target.controllers.map(ask('controller'))])
  if (asked.every(({ failure }) => failure !== undefined)) throw unavailable(asked.map(({ failure }) => failure))
  const newest = asked.reduce((best, each) => (each.epoch > best.epoch ? each : best))
  return { finalised: newest.node.finalised, nodes: asked.map(({ node }) => node) }
}

async function askListener(address: string, role: NodeFeatures['role'], entrance: Entrance): Promise<Asked> {
  try {
    const { supportedFeatures, finalizedFeatures, finalizedFeaturesEpoch } = await withConnection(
      address,
      entrance,
      apiVersions,
    )
    const node = {
      address,
      role,
      supported: new Map(
        (supportedFeatures ?? []).map(({ name, minVersion, maxVersion }) => [
          name,
          { min: minVersion, max: maxVersion },
        ]),
      ),
      finalised: new Map((finalizedFeatures ?? []).map(({ name, maxVersionLevel }) => [name, maxVersionLevel])),
    }
    return { node, epoch: finalizedFeaturesEpoch ?? -1n }
  } catch (failure) {
    if (!isPassing(failure)) throw unexpected('ApiVersions', failure)
    // Nothing that answers is below this.
    return { node: { address, role, supported: undefined, finalised: new Map() }, epoch: -2n, failure }
  }
}

/** Finalises exactly these levels, all or none. */
export async function updateFeatures(
  target: KafkaTarget,
  levels: Readonly<Record<string, number>>,
  { validateOnly, kind }: { readonly validateOnly: boolean; readonly kind: FeatureChange },
  entrance: Entrance,
): Promise<void> {
  if (QUORUM_FEATURE in levels)
    throw refused(QUORUM_FEATURE, 'never_changed', 'The quorum is static, and this level would end that for good.')
  const wanted = Object.entries(levels).map(([feature, level]) => ({
    feature,
    maxVersionLevel: level,
    upgradeType: CHANGES[kind],
  }))
  await onController(target, entrance, async (connection) => {
    try {
      const { results } = await updateWithRefusals.async(connection, CONTROLLER_MILLISECONDS, wanted, validateOnly)
      for (const { feature, errorCode, errorMessage } of results) {
        const refusal = refusalOf(errorCode)
        if (refusal) throw refused(feature, refusal.name, errorMessage ?? describe(refusal))
      }
    } catch (error) {
      if (isPassing(error) || error instanceof DomainError) throw error
      const [refusal] = refusalsIn(error)
      if (!refusal) throw error
      throw refused(Object.keys(levels).join(), refusal.name, refusal.words ?? describe(refusal), error)
    }
  })
}

function refused(feature: string, code: string, detail: string, cause?: unknown): DomainError {
  return new DomainError('INVALID_FIELD', `Kafka refuses the level of ${feature}: ${detail}`, {
    violations: [{ pointer: `/features/${feature}`, rule: code.toLowerCase(), detail }],
    ...(cause !== undefined && { cause }),
  })
}
