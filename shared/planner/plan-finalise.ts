import { type FeatureLevels, type KafkaVersion, levelsOfRelease } from '../catalogue/kafka-versions.ts'
import {
  isUnfinalised,
  type LevelChange,
  levelChanges,
  releaseOfLevels,
  returnsOf,
} from '../catalogue/level-changes.ts'
import { levelsBeyond } from '../catalogue/upgrade-paths.ts'
import type { Plan, PlanBlocker } from '../contract/plan.ts'
import { featureBlockers, type SeenNodes, seenLevels } from '../kafka-safety/feature-gates.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { finalisedLevels } from '../state/finalised-levels.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'
import { statusBlockers } from './plan-change.ts'

/** Where the field stands that says whose levels are wanted. */
const POINTER = '/levelsOf'

/**
 * What it comes to that a cluster gets the levels of a release: of its own, which ends the upgrade to it, or of an older one where
 * that can be. No broker is touched. Without a look at Kafka the levels are those on record, and no node is judged.
 */
export function planFinalise(
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  release: KafkaVersion,
  facts: PlanFacts,
  seen?: SeenNodes,
): Plan {
  const to = levelsOfRelease(release)
  const changes = changesTo(cluster, to, seen)
  const plan = { phases: [], restarts: 0, estimateSeconds: 0, warnings: [], blockers: [] }
  if (changes.length === 0) return { ...plan, changes: [] }
  const estimate = Math.max(1, estimateSeconds('finaliseUpgrade', changes.length, facts))
  return {
    operation: 'finaliseUpgrade',
    changes: changes.map(({ feature, from, to: level }) => ({ pointer: `/featureLevels/${feature}`, from, to: level })),
    phases: [{ kind: 'finaliseUpgrade', nodes: [], restarts: 0, estimateSeconds: estimate }],
    restarts: 0,
    estimateSeconds: estimate,
    warnings: [warningOf(cluster, release)],
    blockers: [
      ...statusBlockers(cluster, 'finaliseUpgrade'),
      ...releaseBlockers(cluster, release, seen),
      ...(seen ? featureBlockers(cluster, nodes, to, seen).map((found) => ({ ...found, pointer: '' })) : []),
    ],
  }
}

/** What is recorded and what Kafka says may differ, where an answer was lost: both have to become what is wanted. */
function changesTo(cluster: ClusterRecord, to: FeatureLevels, seen: SeenNodes | undefined): readonly LevelChange[] {
  const recorded = levelChanges(finalisedLevels(cluster), to)
  if (!seen) return recorded
  const found = levelChanges(seenLevels(seen.view), to)
  return [...found, ...recorded.filter(({ feature }) => found.every((change) => change.feature !== feature))]
}

function releaseBlockers(
  cluster: ClusterRecord,
  release: KafkaVersion,
  seen: SeenNodes | undefined,
): readonly PlanBlocker[] {
  const { kafkaVersion } = cluster.spec
  const from = seen ? seenLevels(seen.view) : finalisedLevels(cluster)
  const to = levelsOfRelease(release)
  const beyond = levelsBeyond(kafkaVersion, to)
  const isBack = levelChanges(from, to).some((change) => change.to < change.from)
  return [
    ...(beyond.length === 0
      ? []
      : [
          {
            code: 'LEVEL_NOT_SUPPORTED' as const,
            pointer: POINTER,
            detail: `Kafka ${kafkaVersion} does not know ${beyond.join(', ')}: upgrade to Kafka ${release} first.`,
          },
        ]),
    ...(!isBack || returnsOf(from).includes(release)
      ? []
      : [
          {
            code: 'LEVELS_FINAL' as const,
            pointer: POINTER,
            detail: `The levels that are finalised cannot be taken back to those of Kafka ${release}: metadata is written in another way since.`,
          },
        ]),
  ]
}

function warningOf(cluster: ClusterRecord, release: KafkaVersion): string {
  const { kafkaVersion } = cluster.spec
  const before = releaseOfLevels(finalisedLevels(cluster))
  if (release !== kafkaVersion)
    return `The cluster keeps running Kafka ${kafkaVersion} with the levels of Kafka ${release}; what the newer ones brought is off again, and Kafka ${release} can be ordered.`
  const wayBack = returnsOf(levelsOfRelease(release)).filter((version) => version === before)
  return wayBack.length > 0
    ? `From then on Kafka ${wayBack[0]} can be ordered again only after the levels have been taken back to it, which finalise-upgrade does with levelsOf ${wayBack[0]}.`
    : `This cannot be taken back: from then on no release before Kafka ${release} can run this cluster.`
}

/** What people should know of a cluster whose upgrade is not finalised. */
export function unfinalisedWarning(cluster: Pick<ClusterRecord, 'featureLevels' | 'spec'>): string | undefined {
  const levels = finalisedLevels(cluster)
  const { kafkaVersion } = cluster.spec
  if (!isUnfinalised(levels, kafkaVersion)) return undefined
  const of = releaseOfLevels(levels) ?? 'an older release'
  return `Kafka ${kafkaVersion} runs with the feature levels of ${of}: what is new in it is off until the upgrade is finalised.`
}
