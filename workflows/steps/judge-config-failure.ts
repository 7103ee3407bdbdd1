import { changeCluster } from '../../shared/state/change-cluster.ts'
import { hostsOf } from '../../shared/state/load.ts'
import { culpritOf, failureOf, stepsBefore } from '../failure-cause.ts'
import { defineStep } from '../step.ts'

/**
 * The new configuration does not work: why is kept, with Kafka's own lines as they are now, the previous configuration is
 * what is ordered again, and the answer names the node that was restarted and is not back, which is the first one where the
 * fault lies in the configuration. Nodes that are done serve and are left alone.
 */
export const judgeConfigFailure = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const error = await failureOf(ports, input, culpritOf(await stepsBefore(ports, input, 'judgeConfigFailure')))
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    return changeCluster(ports, input, (draft) => {
      const { config, error: known } = draft.operation()
      const done = draft.brokers().filter(({ doneIn }) => doneIn === operationId)
      const halfDone = hosts.find(
        ({ nodeId, restartedFor }) => restartedFor === operationId && !done.some((broker) => broker.nodeId === nodeId),
      )
      const kept = done.map(({ nodeId }) => nodeId).join(', ')
      const detail = kept === '' ? error.detail : `${error.detail} Nodes that run with the new configuration: ${kept}.`
      if (!known) draft.setOperation({ error: { ...error, detail } })
      const { spec, specRevision, configRevision } = draft.cluster()
      if (config && configRevision === config.revision)
        draft.setCluster({
          spec: { ...spec, config: config.from },
          specRevision: specRevision + 1,
          configRevision: config.previousRevision,
        })
      return halfDone ? { verdict: 'Restore', nodeId: halfDone.nodeId } : { verdict: 'Revert' }
    })
  },
})
