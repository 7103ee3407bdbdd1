/**
 * The figures that jobs tell of the whole deployment, whoever its tenants are: what alarms are set on. Each is a number of
 * things at the time of the look, or since the last one.
 */
export const FIGURES = {
  SilentHosts: 'Hosts of clusters that should serve, and that are not heard of',
  StuckOperations: 'Operations that were found without progress, over their deadline, or without an execution',
  OperationsGivenUp: 'Operations that have failed because three attempts came to nothing',
  RepairsHeld: 'Brokers that should be repaired and are not, because too many others are down or were replaced',
  DriftedClusters: 'Clusters with something that is not as it was ordered',
  ClustersNotLookedAfter: 'Clusters that a sweep could not look after',
  DriftLooksFailed: 'Clusters that could not be compared with what was ordered',
  ClustersNotMaintained: 'Clusters for which something that was due could not be done',
  DiskGrowthsHeld: 'Clusters whose volumes should grow by themselves and cannot',
  MaintenanceMissed: 'Maintenance of clusters that serve that a window has passed without',
  OrphansFound: 'Things that bear the tags of the deployment and belong to no cluster that exists',
  OrphansKept: 'Orphans that only a person may remove, because data may be lost with them',
  OrphansRemoved: 'Orphans that were removed',
} as const

/** The name of a figure. */
export type FigureName = keyof typeof FIGURES

/** Some of them, with their values. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>

/** All names. */
const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[]

/** Both together: what only one of them has stays as it is. */
export function addFigures(one: Figures, other: Figures): Figures {
  const named = FIGURE_NAMES.filter((name) => one[name] !== undefined || other[name] !== undefined)
  return Object.fromEntries(named.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]))
}

/** Where they are found among the metrics of the account. */
export const FIGURES_NAMESPACE = 'Weir'
