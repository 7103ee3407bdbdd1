import { parkOnRestart, restoredMark } from '../park-on-restart.ts'
import { closedGate } from '../roll-gate.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * The node that did not come back with the new configuration gets the previous one again, and the workflow parks until
 * Kafka runs with it. A process that runs all the same is stopped only while the gates are open; one that does not run
 * cannot be made worse.
 */
export const restoreNode = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    await parkOnRestart(ports, input, {
      step: 'restoreNode',
      mark: restoredMark(input),
      gate: async (cluster, brokers, host) =>
        host?.observed?.process.state === 'Running'
          ? closedGate(ports, input, cluster, brokers, nodeOf(input))
          : undefined,
    })
    return {}
  },
})
