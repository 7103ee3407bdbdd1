import { chooseGroup } from '../power-phase.ts'
import { defineStep } from '../step.ts'
import { brokersToStop } from '../stop-order.ts'

/** The brokers are stopped first, all at once: the last one would wait in vain for another to take over from it. */
export const chooseBrokersToStop = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: (input, ports) => chooseGroup(ports, input, 'Stopping', (nodes) => brokersToStop(nodes)),
})
