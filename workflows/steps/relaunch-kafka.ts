import type { HostRecord } from '../../shared/records/host.ts'
import { type DesiredContent, relaunchedContent } from '../desired-host.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep } from '../step.ts'

/**
 * The host shall be what it was to be before, with Kafka started anew, and the workflow parks until it has been. The wish
 * remembers the operation, so that a repeated step never starts it a second time. Kafka that runs by now, or recovers its
 * logs, is left alone: no gate would be asked before it is stopped.
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
      content: (host) => relaunched(host, operationId),
      remember: () => ({ restartedFor: operationId }),
    })
    return {}
  },
})

function relaunched(host: HostRecord, operationId: string): DesiredContent {
  const anew = relaunchedContent(host, operationId)
  return isUnderWay(host) && host.desired
    ? { ...anew, kafka: { ...anew.kafka, restartNonce: host.desired.kafka.restartNonce } }
    : anew
}

/** Tells whether the machine that there is now says that Kafka serves on it, or is about to. */
function isUnderWay({ observed, generation }: HostRecord): boolean {
  const state = observed?.generation === generation ? observed.process.state : undefined
  return state === 'Running' || state === 'Recovering'
}
