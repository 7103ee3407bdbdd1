import type { ClusterPatch } from '../../shared/contract/cluster-patch.ts'
import { clusterRules } from '../../shared/contract/cluster-rules.ts'
import { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { mergePatch } from '../../shared/planner/merge-patch.ts'
import { violationsOf } from '../middleware/violations.ts'

/**
 * What a merge patch makes of an order, held against the rules that a new order is held against: INVALID_FIELD. The topics that the
 * cluster was ordered with say nothing about the number of brokers that it needs now: Kafka is asked which it has.
 */
export function wantedSpec(spec: ClusterSpec, patch: ClusterPatch): ClusterSpec {
  const merged = mergePatch(spec, orderOf(patch))
  const result = ClusterSpec.safeParse(merged)
  const shape = result.success ? [] : violationsOf(result.error.issues, merged)
  const isFewer = result.success && result.data.brokers.count < spec.brokers.count
  const rules = clusterRules(atRelease(merged, spec)).filter(
    ({ pointer }) => !isFewer || !pointer?.startsWith('/topics/'),
  )
  const meant = isFewer || leavingOf(patch) === undefined ? [] : [NOT_FEWER]
  const violations = [...shape, ...rules, ...meant]
  if (result.success && violations.length === 0) return result.data
  const [first] = violations
  throw new DomainError('INVALID_FIELD', `With this change, ${first?.pointer} ${first?.detail}.`, { violations })
}

/** What another release makes of the order is for its plan to say: some of it can be mended beforehand. */
function atRelease(merged: unknown, { kafkaVersion }: ClusterSpec): unknown {
  return typeof merged === 'object' ? { ...merged, kafkaVersion } : merged
}

const NOT_FEWER = {
  pointer: '/brokers/removeNodeIds',
  rule: 'with_smaller_count',
  detail: 'must come with a smaller number of brokers',
}

/** The brokers that a patch names to leave: which ones is no part of what is ordered. */
export function leavingOf(patch: ClusterPatch): readonly number[] | undefined {
  return patch.brokers?.removeNodeIds
}

function orderOf(patch: ClusterPatch): object {
  if (!patch.brokers) return patch
  const { removeNodeIds: _, ...brokers } = patch.brokers
  return { ...patch, brokers }
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
