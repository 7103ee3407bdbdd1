import type { Random } from '../../../local/asl/random.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { ClusterRef } from '../../../shared/ports/hosts.ts'
import type { GivenNames, Names } from '../../../shared/ports/names.ts'

/** The DNS of the simulated world. */
export interface NamesModel extends Names {
  /** Every name that leads somewhere, for people: `b1.clu_1 of acme/clu_1`. */
  existing(): readonly string[]
  /** The brokers that the name of the cluster leads to. */
  listedOf(cluster: ClusterRef): readonly number[]
  /** What another model needs to go on from here. */
  save(): SavedNames
}

/** A zone at a moment. */
export interface SavedNames {
  readonly clusters: ReadonlyMap<string, ReadonlySet<string>>
  readonly listed: ReadonlyMap<string, readonly number[]>
  readonly changes: readonly number[]
}

const NO_NAMES: SavedNames = { clusters: new Map(), listed: new Map(), changes: [] }

interface NamesParts {
  readonly clock: Clock
  readonly random: Random
}

/** The longest that a call takes, in milliseconds; its effect happens somewhere in the middle. */
const LONGEST_CALL_MILLISECONDS = 1500

/** From a change until every server answers with it; Route 53 says "usually within 60 seconds". */
const SPREADING_MILLISECONDS = 40_000

/** A zone as Route 53 has it: the same names again are one more change, and a change spreads. */
export function namesModel({ clock, random }: NamesParts, saved = NO_NAMES): NamesModel {
  const clusters = new Map(saved.clusters)
  const listed = new Map(saved.listed)
  const changes = [...saved.changes]
  const owner = ({ tenantId, clusterId }: ClusterRef) => `${tenantId}/${clusterId}`

  async function takingTime<T>(effect: () => T): Promise<T> {
    const milliseconds = random.number() * LONGEST_CALL_MILLISECONDS
    await clock.sleep(milliseconds / 2)
    const answer = effect()
    await clock.sleep(milliseconds / 2)
    return answer
  }

  function given(cluster: ClusterRef, bootstrap: string, brokers: GivenNames['brokers']): GivenNames {
    const isPublic = (name: string) => name.includes('-public.')
    const before = [...(clusters.get(owner(cluster)) ?? [])].filter((name) => isPublic(name) !== isPublic(bootstrap))
    clusters.set(owner(cluster), new Set([...before, bootstrap, ...brokers.map(({ name }) => name)]))
    return { bootstrap, brokers, changeId: String(changes.push(clock.now())) }
  }

  return {
    existing: () => [...clusters].flatMap(([name, names]) => [...names].map((each) => `${each} of ${name}`)),
    save: () => ({ clusters: new Map(clusters), listed: new Map(listed), changes: [...changes] }),
    listedOf: (cluster) => listed.get(owner(cluster)) ?? [],
    ensureNames: (cluster, brokers) =>
      takingTime(() => {
        listed.set(
          owner(cluster),
          brokers.flatMap(({ nodeId, aside }) => (aside ? [] : [nodeId])),
        )
        const bootstrap = `bootstrap.${cluster.clusterId}`
        const named = brokers.map(({ nodeId }) => ({ nodeId, name: `b${nodeId}.${cluster.clusterId}` }))
        return given(cluster, bootstrap, named)
      }),
    ensurePublicNames: (cluster, nodeIds, { aliasZoneId }) =>
      takingTime(() => {
        if (aliasZoneId === undefined) throw new Error('a public entry of the cloud has a zone')
        const bootstrap = `bootstrap-public.${cluster.clusterId}`
        const named = nodeIds.map((nodeId) => ({ nodeId, name: `b${nodeId}-public.${cluster.clusterId}` }))
        return given(cluster, bootstrap, named)
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
