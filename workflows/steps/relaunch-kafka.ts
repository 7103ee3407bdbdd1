import { relaunchedContent } from '../desired-host.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep } from '../step.ts'

/**
 * The host shall be what it was to be before, with Kafka started anew, and the workflow parks until it has been. The wish
 * remembers the operation, so that a repeated step never starts it a second time.
 */
export const relaunchKafka = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { operationId } = input
    await parkOnHost(ports, input, {
      step: 'relaunchKafka',
      condition: 'Launched',
      content: (host) => relaunchedContent(host, operationId),
      remember: () => ({ restartedFor: operationId }),
    })
    return {}
  },
})
