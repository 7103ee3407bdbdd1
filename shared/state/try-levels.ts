import type { LevelChange } from '../catalogue/level-changes.ts'
import type { KafkaTarget } from '../ports/kafka.ts'
import type { Needed } from '../ports/ports.ts'

/** Asks Kafka whether it would make these changes; INVALID_FIELD with its words where it would not. */
export async function tryLevels(
  { kafka }: Needed<'kafka'>,
  target: KafkaTarget,
  changes: readonly LevelChange[],
): Promise<void> {
  if (changes.length === 0) return
  const levels = Object.fromEntries(changes.map(({ feature, to }) => [feature, to]))
  await kafka.updateFeatures(target, levels, { validateOnly: true, kind: 'upgrade' })
}
