import { DomainError } from '../../shared/errors/domain-error.ts'
import { contentOf } from '../desired-host.ts'
import { operationOf } from '../ownership.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * Kafka itself, of the release that is installed on this host, would start with the new configuration; the workflow parks
 * until its own check has said so. Nothing that runs is touched (kafka-operations §5.6).
 */
export const preflightConfig = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { config } = await operationOf(ports, input)
    if (!config) throw new TypeError(`operation ${input.operationId} changes no configuration`)
    await parkOnHost(ports, input, {
      step: 'preflightConfig',
      condition: 'Preflighted',
      content: ({ desired }) => {
        if (!desired) throw new DomainError('HOST_NOT_READY', `Node ${nodeOf(input)} has never been told what to be.`)
        const content = contentOf(desired)
        return { ...content, kafka: { ...content.kafka, candidateConfig: config.to } }
      },
    })
    return {}
  },
})
