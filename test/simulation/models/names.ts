import type { Random } from '../../../local/asl/random.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { Names } from '../../../shared/ports/names.ts'

/** The DNS of the simulated world. */
export interface NamesModel extends Names {
  /** Every name that leads somewhere, for people: `b1.clu_1 of acme/clu_1`. */
  existing(): readonly string[]
}

/** The longest that a call takes, in milliseconds; its effect happens somewhere in the middle. */
const LONGEST_CALL_MILLISECONDS = 1500

/** From a change until every server answers with it; Route 53 says "usually within 60 seconds". */
const SPREADING_MILLISECONDS = 40_000

/** A zone as Route 53 has it: the same names again are one more change, and a change spreads. */
export function namesModel({ clock, random }: { readonly clock: Clock; readonly random: Random }): NamesModel {
  const clusters = new Map<string, readonly string[]>()
  const changes: number[] = []
  const owner = ({ tenantId, clusterId }: ClusterRef) => `${tenantId}/${clusterId}`

  async function takingTime<T>(effect: () => T): Promise<T> {
    const milliseconds = random.number() * LONGEST_CALL_MILLISECONDS
    await clock.sleep(milliseconds / 2)
    const answer = effect()
    await clock.sleep(milliseconds / 2)
    return answer
  }

  return {
    existing: () => [...clusters].flatMap(([name, names]) => names.map((each) => `${each} of ${name}`)),
    ensureNames: (cluster, brokers) =>
      takingTime(() => {
        const bootstrap = `bootstrap.${cluster.clusterId}`
        const named = brokers.map(({ nodeId }) => ({ nodeId, name: `b${nodeId}.${cluster.clusterId}` }))
        clusters.set(owner(cluster), [bootstrap, ...named.map(({ name }) => name)])
        const changeId = String(changes.push(clock.now()))
        return { bootstrap, brokers: named, changeId }
      }),
    isEverywhere: (changeId) =>
      takingTime(() => {
        const changedAt = changes[Number(changeId) - 1]
        if (changedAt === undefined) throw new Error(`there is no change ${changeId}`)
        return clock.now() >= changedAt + SPREADING_MILLISECONDS
      }),
    removeNames: (cluster) => takingTime(() => void clusters.delete(owner(cluster))),
  }
}
