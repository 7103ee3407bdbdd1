import { stat, statfs } from 'node:fs/promises'
import { TerminalProblemError } from '../converge/step.ts'
import { bytesPerGiB } from './volume.ts'

/**
 * Refuses a volume that the disk below could not hold when it is full. Files are sparse, so without this Kafka would meet
 * the lack of room long after the volume was promised.
 */
export async function requireRoom(folder: string, file: string, volumeGiB: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const held = await stat(file).then(
    ({ blocks }) => blocks * 512,
    () => 0,
  )
  const missing = volumeGiB * bytesPerGiB - held
  if (missing <= bavail * bsize) return
  throw new TerminalProblemError(
    `a volume of ${volumeGiB} GiB needs ${inGiB(missing)} GiB more, but ${folder} has ${inGiB(bavail * bsize)} GiB free`,
  )
}

/** What a host says that should have a volume and finds none. It makes no other one: its data would be missed too late. */
export function volumeIsGone(file: string): TerminalProblemError {
  return new TerminalProblemError(`the volume ${file} is gone`)
}

const inGiB = (bytes: number): string => (bytes / bytesPerGiB).toFixed(1)
