import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

let writes = 0

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old text or the new one, whole. Nobody can read it
 * before it has its rights, and where a group is named, that group is who the rights of the group are for.
 */
export async function writeFileAtomically(file: string, text: string, mode = 0o644, group?: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const building = `${file}.${process.pid}-${++writes}.new`
  const handle = await open(building, 'w', mode & 0o700)
  try {
    if (group !== undefined) await handle.chown(process.geteuid?.() ?? 0, group)
    await handle.chmod(mode)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(building, file)
}

/** Writes only when the text differs, and keeps what it replaces as `<file>.previous`; tells whether it wrote. */
export async function replaceFile(file: string, text: string): Promise<boolean> {
  const current = await readIfPresent(file)
  if (current === text) return false
  if (current !== undefined) await writeFileAtomically(`${file}.previous`, current)
  await writeFileAtomically(file, text)
  return true
}

/** The text of a file, or undefined when there is none. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
