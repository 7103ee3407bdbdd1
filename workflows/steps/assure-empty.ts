import { assertEmpty } from '../empty-broker.ts'
import { defineStep } from '../step.ts'

/** The broker that is to go holds no replica: a topic may have been made on it since it registered. */
export const assureEmpty = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    await assertEmpty(ports, input)
    return {}
  },
})
