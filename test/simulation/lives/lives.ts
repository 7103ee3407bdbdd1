import type { OfferedOperation } from '../../../shared/lifecycle/lifecycle.ts'
import { configureLives } from './configure.ts'
import { createLives } from './create.ts'
import { deleteLives } from './delete.ts'
import { expandLives } from './expand.ts'
import { extendLives } from './extend.ts'
import { finaliseLives } from './finalise.ts'
import type { Life } from './life.ts'
import { networkLives } from './network.ts'
import { startLives, stopLives } from './power.ts'
import { rebalanceLives } from './rebalance.ts'
import { repairLives } from './repair.ts'
import { restartLives } from './restart.ts'
import { restoreLives } from './restore.ts'
import { shrinkLives } from './shrink.ts'
import { updateLives } from './update.ts'
import { upgradeLives } from './upgrade.ts'

/** What each operation may go through, the undisturbed way first: an offered one without lives does not compile. */
export const LIVES = {
  createCluster: createLives,
  deleteCluster: deleteLives,
  rebootBrokers: restartLives,
  expandBrokers: expandLives,
  extendVolumes: extendLives,
  updateConfig: configureLives,
  updateNetwork: networkLives,
  updateCluster: updateLives,
  repairBrokers: repairLives,
  upgradeKafka: upgradeLives,
  stopCluster: stopLives,
  startCluster: startLives,
  rebalanceCluster: rebalanceLives,
  finaliseUpgrade: finaliseLives,
  restoreCluster: restoreLives,
  shrinkBrokers: shrinkLives,
} as const satisfies Record<OfferedOperation, Readonly<Record<string, Life>>>
