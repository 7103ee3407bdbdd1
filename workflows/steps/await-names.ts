import { ownedCluster } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/** An account may ask five times a second, for all of its zones and clusters. */
const LOOK_INTERVAL_MILLISECONDS = 5000

/**
 * Every name server answers with the cluster's names. Whoever asks for a name before is told for minutes that there is none, so
 * nobody is told the names earlier.
 */
export const awaitNames = defineStep({
  needs: ['names'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { names, publicNames } = await ownedCluster(ports, input)
    for (const changeId of [names?.changeId, publicNames?.changeId]) {
      if (changeId === undefined) continue
      const look = async () =>
        (await ports.names.isEverywhere(changeId))
          ? undefined
          : 'The names of the cluster are not on every name server yet.'
      await pollOneCall(ports, look, LOOK_INTERVAL_MILLISECONDS)
    }
    return {}
  },
})
