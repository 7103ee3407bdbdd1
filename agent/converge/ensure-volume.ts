import type { Volume } from '../volume/volume.ts'
import { asProblem } from './converge.ts'
import type { Step } from './step.ts'

/**
 * The data volume is mounted and has its size; `onGrown` is told when it has become larger. A volume that cannot grow serves
 * on at the size it has.
 */
export function ensureVolume(volume: Volume, onGrown: () => Promise<void>): Step {
  let knownBytes: number | undefined
  return {
    name: 'ensureVolume',
    problemCode: 'VOLUME_FAILED',
    async ensure({ volumeGiB }) {
      await volume.ensureMounted(volumeGiB)
      const before = knownBytes ?? (await volume.observe()).totalBytes
      try {
        await volume.ensureSize(volumeGiB)
        knownBytes = (await volume.observe()).totalBytes
        if (before !== undefined && knownBytes !== undefined && knownBytes > before) await onGrown()
        return { holds: true }
      } catch (error) {
        return { holds: true, problem: asProblem('VOLUME_FAILED', error) }
      }
    },
  }
}
