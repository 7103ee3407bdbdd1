import { chooseGroup } from '../power-phase.ts'
import { defineStep } from '../step.ts'
import { brokersToStart } from '../stop-order.ts'

/** The brokers are started once there is a quorum. */
export const chooseBrokersToStart = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: (input, ports) => chooseGroup(ports, input, 'Starting', (nodes) => brokersToStart(nodes)),
})
