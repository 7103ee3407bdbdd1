import type { LevelChange } from '../catalogue/level-changes.ts'
import type { KafkaTarget } from '../ports/kafka.ts'
import type { Needed } from '../ports/ports.ts'

/** Which way a level goes: Kafka refuses a step back that would lose metadata. */
export const kindOf = ({ from, to }: LevelChange) => (to < from ? 'safeDowngrade' : 'upgrade')

/** Asks Kafka whether it would make these changes; INVALID_FIELD with its words where it would not. */
export async function tryLevels(
  { kafka }: Needed<'kafka'>,
  target: KafkaTarget,
  changes: readonly LevelChange[],
): Promise<void> {
  for (const [kind, group] of Map.groupBy(changes, kindOf)) {
    const levels = Object.fromEntries(group.map(({ feature, to }) => [feature, to]))
    await kafka.updateFeatures(target, levels, { validateOnly: true, kind })
  }
}
