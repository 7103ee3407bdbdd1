import { VolumeNotAttachedError } from '../volume/ebs-device.ts'
import type { Volume } from '../volume/volume.ts'
import { asProblem } from './converge.ts'
import type { Step } from './step.ts'

// Nobody rings when a volume is attached, and somebody waits for it.
const lookAgainInMilliseconds = 1000

/**
 * The data volume is mounted and has its size; `onGrown` is told when it has become larger. One that is not attached yet is
 * waited for. A volume that cannot grow serves on at the size it has.
 */
export function ensureVolume(volume: Volume, onGrown: () => Promise<void>): Step {
  let knownBytes: number | undefined
  return {
    name: 'ensureVolume',
    problemCode: 'VOLUME_FAILED',
    async ensure({ volumeGiB }) {
      try {
        await volume.ensureMounted(volumeGiB)
      } catch (error) {
        if (!(error instanceof VolumeNotAttachedError)) throw error
        return { holds: false, problem: asProblem('VOLUME_FAILED', error), lookAgainInMilliseconds }
      }
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
