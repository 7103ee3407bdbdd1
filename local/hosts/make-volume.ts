import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { volumeFile } from './host-spec.ts'
import { canIsolate } from './isolation.ts'

/**
 * Makes the file or directory of a volume, empty and of no size: its host gives it its size when it first needs it. A host
 * never makes one, so that a volume that was lost is never replaced by an empty one without anybody noticing.
 */
export async function makeVolume(home: string, volumeId: string, isolated: boolean = canIsolate()): Promise<void> {
  const file = volumeFile(home, volumeId, isolated ? 'image' : 'directory')
  if (!isolated) {
    await mkdir(file, { recursive: true })
    return
  }
  await mkdir(dirname(file), { recursive: true })
  // Of two calls at once one may come late: it must not empty what a host has written since.
  await writeFile(file, '', { flag: 'a', mode: 0o600 })
}

/** Tells whether the file or directory of a volume is there. */
export async function hasVolume(home: string, volumeId: string): Promise<boolean> {
  const found = await Promise.all(
    (['image', 'directory'] as const).map((kind) =>
      stat(volumeFile(home, volumeId, kind)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
