import type { Volume } from '../volume/volume.ts'
import { asProblem } from './converge.ts'
import type { Step } from './step.ts'

/** The data volume is mounted and has its size. A volume that cannot grow serves on at the size it has. */
export function ensureVolume(volume: Volume): Step {
  return {
    name: 'ensureVolume',
    problemCode: 'VOLUME_FAILED',
    async ensure({ volumeGiB }) {
      await volume.ensureMounted(volumeGiB)
      try {
        await volume.ensureSize(volumeGiB)
        return { holds: true }
      } catch (error) {
        return { holds: true, problem: asProblem('VOLUME_FAILED', error) }
      }
    },
  }
}
