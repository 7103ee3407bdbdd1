import type { PlanPhase } from '../contract/plan.ts'
import type { RestartMode } from '../contract/restart.ts'
import type { PlanFacts } from './facts.ts'

/**
 * How long the steps of a phase take for one node where nothing has been measured yet, in seconds. EBS offers the new
 * size when a modification is `optimizing`, "a few seconds to minutes" by its documentation; the file system grows in
 * milliseconds, but the host pulls and reports first; Kafka is asked once.
 */
const USUAL_STEP_SECONDS = {
  // EC2 shows a rule a second or two after it was made.
  updateNetwork: { ensureSecurityGroup: 5 },
  // A machine of EC2 that boots, fetches Kafka and starts it; then each broker is looked at once it has registered.
  expandBrokers: {
    ensureAddress: 5,
    ensureVolume: 10,
    ensureInstance: 20,
    launchKafka: 150,
    enterBrokerCreating: 1,
    awaitBroker: 5,
    activateBroker: 1,
  },
  // How long it takes follows from what is copied, and not from its steps.
  rebalanceCluster: {},
  extendVolumes: { enterExtending: 1, growVolume: 60, growFileSystem: 5, verifyVolume: 2, finishExtension: 1 },
  // A restart and the catch-up after it.
  updateConfig: { enterRebooting: 1, restartKafka: 20, awaitInSync: 5, finishNode: 1 },
  // Once it is emptied: two looks half a minute apart, a controlled shutdown, and a machine of EC2 that ends.
  shrinkBrokers: {
    judgeDrained: 32,
    stopBroker: 15,
    judgeStopped: 2,
    forgetBroker: 2,
    removeInstance: 60,
    removeVolume: 10,
  },
  rebootBrokers: { enterRebooting: 1, restartKafka: 20, awaitInSync: 5, finishNode: 1 },
  upgradeKafka: {
    preflightRelease: 2,
    enterUpgrading: 1,
    upgradeNode: 25,
    awaitInSync: 5,
    proveRelease: 1,
    finishNode: 1,
  },
  // Of nodes that are taken together. A machine ends within a minute, and takes two to come up.
  stopCluster: { stopKafka: 30, releaseInstance: 60, finishStopped: 1 },
  startCluster: { ensureInstance: 60, relaunchKafka: 90, awaitQuorum: 5, awaitAllInSync: 10 },
  // For each feature in place of each node.
  finaliseUpgrade: { chooseFeature: 1, finaliseFeature: 1 },
  restoreCluster: { ensureInstance: 60, relaunchKafka: 90, awaitQuorum: 5, awaitAllInSync: 10 },
} as const satisfies Record<PlanPhase['kind'], Readonly<Record<string, number>>>

/** A reboot of the machine in place of Kafka's restart: EC2 says "a few minutes". */
const USUAL_REBOOT_SECONDS = { enterRebooting: 1, rebootHost: 150, awaitInSync: 5, finishNode: 1 } as const

/** The names of the steps that are taken for each node of some plan: those whose measured durations are worth knowing. */
export const ESTIMATED_STEPS: ReadonlySet<string> = new Set(
  [...Object.values(USUAL_STEP_SECONDS), USUAL_REBOOT_SECONDS].flatMap((steps) => Object.keys(steps)),
)

/** Steps that are taken for so many new brokers at the same time. */
const TAKEN_TOGETHER: ReadonlySet<string> = new Set(['ensureAddress', 'ensureVolume', 'ensureInstance', 'launchKafka'])
const TOGETHER = 40

/** How long it takes until so many further brokers serve: they are prepared together and let in one after the other. */
export function expansionSeconds(nodeCount: number, facts: PlanFacts): number {
  const times = (step: string) => (TAKEN_TOGETHER.has(step) ? Math.ceil(nodeCount / TOGETHER) : nodeCount)
  return Math.ceil(
    Object.entries(USUAL_STEP_SECONDS.expandBrokers).reduce(
      (sum, [step, usual]) => sum + (facts.stepSeconds?.get(step) ?? usual) * times(step),
      0,
    ),
  )
}

/** How long a phase takes for so many nodes, one after the other: by what was measured, else by what is usual. */
export function estimateSeconds(
  kind: PlanPhase['kind'],
  nodeCount: number,
  facts: PlanFacts,
  mode: RestartMode = 'process',
): number {
  const usualSeconds: Readonly<Record<string, number>> =
    mode === 'host' ? USUAL_REBOOT_SECONDS : USUAL_STEP_SECONDS[kind]
  const perNode = Object.entries(usualSeconds).reduce(
    (sum, [step, usual]) => sum + (facts.stepSeconds?.get(step) ?? usual),
    0,
  )
  return Math.ceil(perNode * nodeCount)
}
