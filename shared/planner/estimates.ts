import type { PlanPhase } from '../contract/plan.ts'
import type { PlanFacts } from './facts.ts'

/**
 * How long the steps of a phase take for one node where nothing has been measured yet, in seconds. EBS offers the new
 * size when a modification is `optimizing`, "a few seconds to minutes" by its documentation; the file system grows in
 * milliseconds, but the host pulls and reports first; Kafka is asked once.
 */
const USUAL_STEP_SECONDS = {
  extendVolumes: { enterExtending: 1, growVolume: 60, growFileSystem: 5, verifyVolume: 2, finishExtension: 1 },
  // A restart and the catch-up after it.
  updateConfig: { enterRebooting: 1, restartKafka: 20, awaitInSync: 5, finishNode: 1 },
} as const satisfies Record<PlanPhase['kind'], Readonly<Record<string, number>>>

/** The names of the steps that a phase takes for each node: those whose measured durations are worth knowing. */
export function stepsOfPhase(kind: PlanPhase['kind']): readonly string[] {
  return Object.keys(USUAL_STEP_SECONDS[kind])
}

/** How long a phase takes for so many nodes, one after the other: by what was measured, else by what is usual. */
export function estimateSeconds(kind: PlanPhase['kind'], nodeCount: number, facts: PlanFacts): number {
  const perNode = Object.entries(USUAL_STEP_SECONDS[kind]).reduce(
    (sum, [step, usual]) => sum + (facts.stepSeconds?.get(step) ?? usual),
    0,
  )
  return Math.ceil(perNode * nodeCount)
}
