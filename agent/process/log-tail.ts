import { lstat } from 'node:fs/promises'
import { openForeign } from '../foreign-file.ts'

/** A place in a log that is rotated by renaming. */
export interface LogPosition {
  readonly inode: number
  readonly offset: number
}

/** The complete lines after a position, and the position after them. */
export interface LogPart {
  readonly lines: readonly string[]
  readonly position: LogPosition
}

/** Where the log ends now; a log that does not exist yet has inode 0, which no file has. */
export async function endOfLog(file: string): Promise<LogPosition> {
  const found = await lstat(file).catch(() => undefined)
  return { inode: found?.ino ?? 0, offset: found?.size ?? 0 }
}

/** Reads on from a position, through one rotation (`file` became `file.1`). What was rotated away twice is lost. */
export async function readOn(file: string, position: LogPosition): Promise<LogPart> {
  const current = await lstat(file).catch(() => undefined)
  if (current === undefined) return { lines: [], position }
  if (current.ino === position.inode) return readFrom(file, current.ino, Math.min(position.offset, current.size))
  const rotated = await lstat(`${file}.1`).catch(() => undefined)
  const before =
    rotated?.ino === position.inode ? await readFrom(`${file}.1`, position.inode, position.offset) : undefined
  const after = await readFrom(file, current.ino, 0)
  return { lines: [...(before?.lines ?? []), ...after.lines], position: after.position }
}

// What is read at once; Kafka's log files are kept smaller than this times four.
const chunkBytes = 8 * 1024 ** 2

async function readFrom(file: string, inode: number, offset: number): Promise<LogPart> {
  const handle = await openForeign(file)
  if (handle === undefined) return { lines: [], position: { inode, offset } }
  try {
    const size = (await handle.stat()).size
    const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(0, size - offset)))
    const { bytesRead } = await handle.read({ buffer, position: offset })
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1
    const lines = buffer.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
    return { lines, position: { inode, offset: offset + end } }
  } finally {
    await handle.close()
  }
}
