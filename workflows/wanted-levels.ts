import type { FeatureLevels } from '../shared/catalogue/kafka-versions.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { loadOperation } from '../shared/state/load.ts'
import type { StepInput } from './step.ts'

/** The levels that an operation brings its cluster to. */
export async function wantedLevels(
  { store }: Needed<'store'>,
  { tenantId, operationId }: StepInput,
): Promise<FeatureLevels> {
  const { levels } = (await loadOperation(store, tenantId, operationId)).record
  if (!levels) throw new TypeError(`operation ${operationId} finalises nothing`)
  return levels.to
}
