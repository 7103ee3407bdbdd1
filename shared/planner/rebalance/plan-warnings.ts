import type { InstanceType } from '../../catalogue/instance-types.ts'
import type { BrokerSpot } from './layout.ts'
import type { RebalancePlan } from './plan-rebalance.ts'
import { starvesClients } from './throttle.ts'

/** A volume that is fuller than this in the end is worth a word: segments roll and clients write meanwhile. */
const FULL_SHARE = 0.85

/** What whoever approves a rebalance should know first. */
export function planWarnings(
  plan: RebalancePlan,
  brokers: readonly BrokerSpot[],
  unmovable: readonly string[],
  throttle: { readonly instanceType: InstanceType; readonly miBPerSecond: number },
): readonly string[] {
  const [first] = unmovable
  const capacity = new Map(brokers.map(({ nodeId, capacityBytes }) => [nodeId, capacityBytes]))
  const full = plan.after.brokers.filter(({ nodeId, bytes }) => bytes > FULL_SHARE * (capacity.get(nodeId) ?? bytes))
  const none =
    first === undefined
      ? []
      : [
          `${unmovable.length} partitions are left where they are, ${first} among them: they have no leader, or a replica on a broker that does not belong to the cluster.`,
        ]
  return [
    ...none,
    ...full.map(({ nodeId, bytes }) => {
      const percent = Math.round((100 * bytes) / (capacity.get(nodeId) ?? bytes))
      return `The volume of broker ${nodeId} will be filled to ${percent} %.`
    }),
    ...(plan.bytes > 0 && starvesClients(throttle.instanceType, throttle.miBPerSecond)
      ? [
          `With ${throttle.miBPerSecond} MiB/s in both directions, moving may take all that a broker's volume sustains: clients may notice.`,
        ]
      : []),
  ]
}
