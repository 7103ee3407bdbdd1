import { loadStory } from '../../shared/state/load.ts'
import { isOpen } from '../../shared/state/step-record.ts'
import { Violation } from './invariants/facts.ts'
import type { World } from './world.ts'

/** Judges that no operation which has ended tells of a step that still goes on, nor any other of one in an earlier attempt. */
export async function expectClosedStories({ facts, outside }: World): Promise<void> {
  for (const { tenantId, operationId, attempt: newest, finishedAt, type } of facts.operations.values()) {
    const open = (await loadStory(outside.store, tenantId, operationId)).filter(
      (step) => isOpen(step) && (finishedAt !== undefined || step.attempt < newest),
    )
    const names = open.map(({ name, nodeId, attempt }) => `${name} ${nodeId ?? ''} of attempt ${attempt}`)
    if (names.length > 0)
      throw new Violation(`Of ${type} ${operationId}, which is over, there still goes on ${names.join()}`)
  }
}
