import { levelChanges } from '../../shared/catalogue/level-changes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { featureBlockers, type SeenNodes, seenLevels } from '../../shared/kafka-safety/feature-gates.ts'
import { isSame } from '../../shared/planner/same.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { finalisedLevels } from '../../shared/state/finalised-levels.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { seeNodes } from '../../shared/state/see-nodes.ts'
import { tryLevels } from '../../shared/state/try-levels.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { ownedCluster } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'
import { wantedLevels } from '../wanted-levels.ts'

/**
 * Every node serves with one release that supports the wanted levels, and Kafka itself says that it would finalise them. From then
 * on the levels on record are those that Kafka has: an attempt that was given up may have left others.
 */
export const checkFeatures = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    const nodes = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const to = await wantedLevels(ports, input)
    let seen: SeenNodes | undefined
    await pollOneCall(ports, () =>
      lookAtKafka(async () => {
        seen = await seeNodes(ports, cluster, nodes)
        const [first] = featureBlockers(cluster, nodes, to, seen)
        if (first === undefined) return undefined
        // A node may be back in a moment; anything else is for people.
        if (first.code === 'NODES_NOT_SERVING') return first.detail
        throw new DomainError(first.code, first.detail)
      }),
    )
    if (!seen) return {}
    const levels = seenLevels(seen.view)
    await tryLevels(ports, kafkaTarget(cluster, nodes), levelChanges(levels, to))
    await changeCluster(ports, input, (draft) => {
      if (!isSame(finalisedLevels(draft.cluster()), levels)) draft.setCluster({ featureLevels: levels })
    })
    return {}
  },
})
