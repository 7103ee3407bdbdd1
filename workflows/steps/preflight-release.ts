import { DomainError } from '../../shared/errors/domain-error.ts'
import { loadHost } from '../../shared/state/load.ts'
import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { contentOf } from '../desired-host.ts'
import { operationOf } from '../ownership.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep, nodeOf } from '../step.ts'

/** Agents that refuse a desired state with a candidate release as a whole, because they do not know of such. */
const AGENTS_WITHOUT_CANDIDATES: ReadonlySet<string> = new Set(['0.1.0'])

/**
 * The release lies on this host beside the one in use and would start there with what it would be given; the workflow parks
 * until Kafka's own check has said so. Nothing that runs is touched (kafka-operations §5.7).
 */
export const preflightRelease = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const nodeId = nodeOf(input)
    const { to } = upgradeOf(await operationOf(ports, input))
    const agent = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record.observed?.agentVersion
    if (agent !== undefined && AGENTS_WITHOUT_CANDIDATES.has(agent)) {
      const how = 'A repair of the broker gives it a machine with the agent of this deployment.'
      const detail = `The agent ${agent} of node ${nodeId} cannot prepare another release. ${how}`
      throw new DomainError('HOST_FAILED', detail, { metadata: { nodeId } })
    }
    await parkOnHost(ports, input, {
      step: 'preflightRelease',
      condition: 'Preflighted',
      content: ({ desired }) => {
        if (!desired) throw new DomainError('HOST_NOT_READY', `Node ${nodeId} has never been told what to be.`)
        const content = contentOf(desired)
        const { candidateConfig: _config, ...kafka } = content.kafka
        return { ...content, kafka: { ...kafka, candidateVersion: to } }
      },
    })
    return {}
  },
})
