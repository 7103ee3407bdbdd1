import type { FeatureLevels } from '../shared/catalogue/kafka-versions.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { operationOf } from './ownership.ts'
import type { StepInput } from './step.ts'

/** The levels that an operation brings its cluster to. */
export async function wantedLevels(ports: Needed<'store'>, input: StepInput): Promise<FeatureLevels> {
  const { levels } = await operationOf(ports, input)
  if (!levels) throw new TypeError(`operation ${input.operationId} finalises nothing`)
  return levels.to
}
