import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

// A log's end and a small file of Kafka's fit in well; nobody can make the agent hold more.
const mostBytes = 256 * 1024

/**
 * Opens a file in a folder that Kafka writes in. Whatever Kafka puts there, the agent reads no other file by it, which it might
 * have the right to, and waits for nobody: a link, a pipe or a device is as good as absent.
 */
export async function openForeign(file: string): Promise<FileHandle | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(absent)
  if (handle === undefined || (await handle.stat()).isFile()) return handle
  await handle.close()
  return undefined
}

/** The end of such a file as text, which is all of a small one. */
export async function readForeign(file: string): Promise<string | undefined> {
  const handle = await openForeign(file)
  if (handle === undefined) return undefined
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(Math.min(mostBytes, size))
    const { bytesRead } = await handle.read({ buffer, position: size - buffer.length })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

const absences = new Set(['ENOENT', 'ELOOP', 'ENXIO'])

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && absences.has(String(error.code))) return undefined
  throw error
}
