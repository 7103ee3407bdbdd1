import { chooseGroup } from '../power-phase.ts'
import { defineStep } from '../step.ts'
import { controllersToStart } from '../stop-order.ts'

/** The controllers are started first: a broker that finds no quorum within a minute ends. */
export const chooseControllersToStart = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: (input, ports) => chooseGroup(ports, input, 'Starting', (nodes) => controllersToStart(nodes)),
})
