import { DomainError } from '../../shared/errors/domain-error.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The topics that were ordered with the cluster exist; each is announced once, in the transaction that ends the step. */
export const createTopics = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    if (cluster.spec.topics.length === 0 || cluster.topicsCreated === true) return {}
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    for (const topic of cluster.spec.topics) {
      try {
        await ports.kafka.createTopic(kafkaTarget(cluster, brokers), topic)
      } catch (thrown) {
        if (!(thrown instanceof DomainError && thrown.code === 'TOPIC_EXISTS')) throw thrown
      }
    }
    await changeCluster(ports, input, (draft) => {
      if (draft.cluster().topicsCreated === true) return
      draft.setCluster({ topicsCreated: true })
      for (const { name, partitions } of cluster.spec.topics)
        draft.emit('kafka.topic.created.v1', name, { name, partitions })
    })
    return {}
  },
})
