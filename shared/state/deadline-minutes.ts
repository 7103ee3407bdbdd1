import type { Plan, PlanPhase } from '../contract/plan.ts'

/** How long a phase may take: as a whole, and for each of its nodes (kafka-operations §5.2 and §5.3). */
const DEADLINE_MINUTES = {
  updateNetwork: { base: 15, perNode: 0 },
  extendVolumes: { base: 0, perNode: 45 },
  // Side by side, as in a create.
  expandBrokers: { base: 45, perNode: 0 },
  // As long as it gets on it may take what it takes; the phase itself gives up where it does not.
  rebalanceCluster: { base: 1440, perNode: 0 },
  updateConfig: { base: 15, perNode: 30 },
  // A restart takes seconds, the boot of a machine minutes, and so does the catch-up after a long log.
  rebootBrokers: { base: 0, perNode: 30 },
  // Besides, every host fetches the release first.
  upgradeKafka: { base: 30, perNode: 30 },
  // Bounded waits of groups that are taken together; a start may have logs to recover, for up to six hours.
  stopCluster: { base: 120, perNode: 0 },
  startCluster: { base: 420, perNode: 0 },
  finaliseUpgrade: { base: 15, perNode: 0 },
  restoreCluster: { base: 420, perNode: 0 },
  // Then the removal of each; while replicas are copied the deadline moves ahead of them.
  shrinkBrokers: { base: 180, perNode: 60 },
} as const satisfies Record<PlanPhase['kind'], { readonly base: number; readonly perNode: number }>

/** How long a plan may take as a whole. */
export function deadlineMinutes({ phases }: Pick<Plan, 'phases'>): number {
  return phases.reduce(
    (sum, { kind, nodes }) => sum + DEADLINE_MINUTES[kind].base + DEADLINE_MINUTES[kind].perNode * nodes.length,
    0,
  )
}
