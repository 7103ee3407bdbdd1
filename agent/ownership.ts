import { chmod, chown, lstat, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { KafkaUser } from './kafka-user.ts'
import { runOrFail } from './run-command.ts'

/** Makes a folder of root's that the user reads and nobody else does; a file in it has rights of its own. */
export async function ensureReadable({ gid }: KafkaUser, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chown(folder, 0, gid)
  await chmod(folder, 0o750)
}

/**
 * Makes a folder, with everything in it, the user's own. The folder itself is given last, so that its owner tells of all below it,
 * whenever the host dies, and what has been given once is not gone through again. Only owners are written, no data: what terabytes take is a
 * matter of how many files they are. `levels` below the folder are looked at each time as well, for what somebody else has left there.
 */
export async function ensureOwned({ uid, gid }: KafkaUser, folder: string, levels: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!(await isOwned(uid, folder, levels))) {
    await chown(folder, 0, 0)
    const entries = (await readdir(folder)).map((name) => join(folder, name))
    if (entries.length > 0)
      await runOrFail('chown', '--recursive', '--no-dereference', `${uid}:${gid}`, '--', ...entries)
    await chown(folder, uid, gid)
  }
  await chmod(folder, 0o700)
}

async function isOwned(uid: number, path: string, levels: number): Promise<boolean> {
  const found = await lstat(path)
  if (found.uid !== uid) return false
  if (levels === 0 || !found.isDirectory()) return true
  for (const name of await readdir(path)) if (!(await isOwned(uid, join(path, name), levels - 1))) return false
  return true
}
