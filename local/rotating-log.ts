import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** How large a log file may grow, and how many full ones are kept beside the one that is written: 100 MiB in all. */
const MAX_BYTES = 20 * 1024 * 1024
const FILES_KEPT = 4

/** A file that lines are appended to before the call returns, so that none is lost when the process dies. */
export interface RotatingLog {
  write(line: string): void
  close(): void
}

/**
 * Opens a log of bounded size. A full file becomes `<path>.1`, the one before it `<path>.2`, and so on; the oldest goes. A line
 * is never divided between two files.
 */
export function openRotatingLog(path: string, maxBytes = MAX_BYTES, filesKept = FILES_KEPT): RotatingLog {
  let file = openSync(path, 'a', 0o600)
  let bytes = fstatSync(file).size

  function rotate(): void {
    closeSync(file)
    rmSync(`${path}.${filesKept}`, { force: true })
    for (let age = filesKept - 1; age >= 0; age--)
      moveIfThere(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`)
    file = openSync(path, 'a', 0o600)
    bytes = 0
  }

  return {
    write(line) {
      const size = Buffer.byteLength(line)
      if (bytes > 0 && bytes + size > maxBytes) rotate()
      writeSync(file, line)
      bytes += size
    },
    close: () => closeSync(file),
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
