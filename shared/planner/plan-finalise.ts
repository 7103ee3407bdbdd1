import { type FeatureLevels, levelsOfRelease } from '../catalogue/kafka-versions.ts'
import { isUnfinalised, type LevelChange, levelChanges, releaseOfLevels } from '../catalogue/level-changes.ts'
import type { Plan } from '../contract/plan.ts'
import { featureBlockers, type SeenNodes, seenLevels } from '../kafka-safety/feature-gates.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { finalisedLevels } from '../state/finalised-levels.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'
import { statusBlockers } from './plan-change.ts'

/**
 * What it comes to that a cluster gets the levels of its release, which ends the upgrade to it. No broker is touched. Without a look
 * at Kafka the levels are those on record, and no node is judged.
 */
export function planFinalise(
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  facts: PlanFacts,
  seen?: SeenNodes,
): Plan {
  const { kafkaVersion } = cluster.spec
  const to = levelsOfRelease(kafkaVersion)
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
    warnings: [`This cannot be taken back: from then on no release before Kafka ${kafkaVersion} can run this cluster.`],
    blockers: [
      ...statusBlockers(cluster, 'finaliseUpgrade'),
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

/** What people should know of a cluster whose upgrade is not finalised. */
export function unfinalisedWarning(cluster: Pick<ClusterRecord, 'featureLevels' | 'spec'>): string | undefined {
  const levels = finalisedLevels(cluster)
  const { kafkaVersion } = cluster.spec
  if (!isUnfinalised(levels, kafkaVersion)) return undefined
  const of = releaseOfLevels(levels) ?? 'an older release'
  return `Kafka ${kafkaVersion} runs with the feature levels of ${of}: what is new in it is off until the upgrade is finalised.`
}
