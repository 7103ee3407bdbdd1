import { clusterRules } from '../../shared/contract/cluster-rules.ts'
import { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { mergePatch } from '../../shared/planner/merge-patch.ts'
import { violationsOf } from '../middleware/violations.ts'

/** What a merge patch makes of an order, held against the rules that a new order is held against: INVALID_FIELD. */
export function wantedSpec(spec: ClusterSpec, patch: object): ClusterSpec {
  const merged = mergePatch(spec, patch)
  const result = ClusterSpec.safeParse(merged)
  const shape = result.success ? [] : violationsOf(result.error.issues, merged)
  const violations = [...shape, ...clusterRules(atRelease(merged, spec))]
  if (result.success && violations.length === 0) return result.data
  const [first] = violations
  throw new DomainError('INVALID_FIELD', `With this change, ${first?.pointer} ${first?.detail}.`, { violations })
}

/** What another release makes of the order is for its plan to say: some of it can be mended beforehand. */
function atRelease(merged: unknown, { kafkaVersion }: ClusterSpec): unknown {
  return typeof merged === 'object' ? { ...merged, kafkaVersion } : merged
}

/** Tells whether a patch names the field of a pointer. */
export function namesField(patch: object): (pointer: string) => boolean {
  return (pointer) => {
    let value: unknown = patch
    for (const part of pointer.split('/').slice(1)) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false
      value = Reflect.get(value, part)
    }
    return true
  }
}
