import { levelChanges } from '../../shared/catalogue/level-changes.ts'
import { finalisedLevels } from '../../shared/state/finalised-levels.ts'
import { operationOf, ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'
import { wantedLevels } from '../wanted-levels.ts'

/** The border between two features: heeds a wish to pause or cancel, and otherwise says whether one is left. */
export const chooseFeature = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    const left = levelChanges(finalisedLevels(cluster), await wantedLevels(ports, input))
    if (left.length === 0) return { verdict: 'Done' }
    const { control } = await operationOf(ports, input)
    return { verdict: control ?? 'Finalise' }
  },
})
