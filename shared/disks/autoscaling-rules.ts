import { INSTANCE_TYPES } from '../catalogue/instance-types.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Violation } from '../errors/domain-error.ts'

/** The rules of an order whose volumes shall grow by themselves, as far as its parts are known. */
export function diskAutoscalingViolations({
  diskAutoscaling,
  brokers,
}: Partial<Pick<ClusterSpec, 'diskAutoscaling' | 'brokers'>>): readonly Violation[] {
  if (!diskAutoscaling) return []
  const { plannedAtPercent: planned, emergencyAtPercent: emergency, limitGiB } = diskAutoscaling
  const violations: Violation[] = []
  const add = (pointer: string, rule: string, detail: string) => violations.push({ pointer, rule, detail })
  if (planned === undefined && emergency === undefined)
    add('/diskAutoscaling', 'at_least_one_threshold', 'must have plannedAtPercent, emergencyAtPercent, or both')
  if (planned !== undefined && emergency !== undefined && planned >= emergency)
    add(
      '/diskAutoscaling/emergencyAtPercent',
      'planned_before_emergency',
      `must be above plannedAtPercent (${planned})`,
    )
  if (!brokers) return violations
  const { max } = INSTANCE_TYPES[brokers.instanceType].volumeGiB
  if (limitGiB < brokers.volumeGiB)
    add(
      '/diskAutoscaling/limitGiB',
      'not_below_volume',
      `must be at least the size of the volumes (${brokers.volumeGiB})`,
    )
  if (limitGiB > max)
    add('/diskAutoscaling/limitGiB', 'maximum', `must be at most ${max}, the most of the instance type`)
  return violations
}
