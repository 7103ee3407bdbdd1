import { levelChanges } from '../../shared/catalogue/level-changes.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { finalisedLevels } from '../../shared/state/finalised-levels.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { ownedCluster } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'
import { wantedLevels } from '../wanted-levels.ts'

/**
 * The next feature has the level that it shall have, by the word of the node that knows most, and the record says so as soon as
 * Kafka does: what can be taken back is judged by it. Kafka is asked first, because a call that was lost may have done it.
 */
export const finaliseFeature = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    const wanted = await wantedLevels(ports, input)
    const [next] = levelChanges(finalisedLevels(cluster), wanted)
    // A call that comes late finds all of them done.
    if (!next) return {}
    const { feature, to } = next
    const target = kafkaTarget(cluster, await brokersOf(ports.store, input.tenantId, input.clusterId))
    const levelNow = async () => (await ports.kafka.features(target)).finalised.get(feature) ?? 0
    if ((await levelNow()) !== to) {
      await ports.kafka.updateFeatures(target, { [feature]: to }, { validateOnly: false, kind: 'upgrade' })
      await pollOneCall(ports, () =>
        lookAtKafka(async () => {
          const level = await levelNow()
          return level === to ? undefined : `${feature} is at level ${level} and not yet at ${to}.`
        }),
      )
    }
    await changeCluster(ports, input, (draft) => {
      const levels = finalisedLevels(draft.cluster())
      const from = levels[feature] ?? 0
      if (from === to) return
      draft.setCluster({ featureLevels: { ...levels, [feature]: to } })
      draft.emit('kafka.cluster.feature_finalised.v1', draft.cluster().clusterId, { feature, from, to })
    })
    return {}
  },
})
