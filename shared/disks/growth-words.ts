import type { GrowthDecision } from './decide-growth.ts'

/** Why volumes grow, or should, in a sentence for people. */
export function growthReason({
  nodeId,
  usedPercent,
  thresholdPercent,
}: Extract<GrowthDecision, { nodeId: number }>): string {
  return `The volume of broker ${nodeId} is ${Math.floor(usedPercent)} % full; the threshold is ${thresholdPercent} %.`
}
