import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Clock } from '../shared/ports/clock.ts'
import type { Log } from '../shared/ports/log.ts'
import type { Change } from '../shared/ports/store.ts'
import { ChangesTrimmed } from '../shared/ports/store-rules.ts'
import type { SqliteStore } from './sqlite-store.ts'

/** How many changes are handed on at once; the stream of the real table is read in batches of this size, too. */
const BATCH = 100

/** How long to wait after a failure before the same changes are tried again, in milliseconds. */
const FAILURE_PAUSE_MILLISECONDS = 500

/**
 * Hands every committed change to `consume`, in order and at least once: the cursor is written down only after the batch
 * was consumed, so that a killed process goes on where it had been. Returns the way to stop.
 */
export async function followChanges(
  store: SqliteStore,
  cursorFile: string,
  parts: { readonly clock: Clock; readonly log: Log },
  consume: (changes: readonly Change[]) => Promise<void>,
): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  let wake: () => void = () => {}
  let woken = false
  const stopListening = store.onChange(() => {
    woken = true
    wake()
  })
  let cursor = existsSync(cursorFile) ? (await readFile(cursorFile, 'utf8')).trim() : undefined

  const read = async () => {
    try {
      return await store.changes(cursor, BATCH)
    } catch (thrown) {
      if (cursor === undefined || !isCursorLost(thrown)) throw thrown
      // Everything that follows from a change is done at most once, so the oldest change kept is a safe place to start.
      parts.log.warn('the place in the feed is lost; going on from the oldest change', { reason: String(thrown) })
      return store.changes(undefined, BATCH)
    }
  }
  const nextBatch = async () => {
    woken = false
    const batch = await read()
    if (batch.changes.length > 0) await consume(batch.changes)
    if (batch.cursor !== cursor) await writeCursor(cursorFile, batch.cursor)
    cursor = batch.cursor
    return batch.changes.length
  }
  const idle = () =>
    new Promise<void>((resolve) => {
      wake = resolve
      if (woken || stopping.signal.aborted) resolve()
    })
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        if ((await nextBatch()) === 0) await idle()
      } catch (thrown) {
        parts.log.error('changes could not be followed; trying again', {}, thrown)
        await parts.clock.sleep(FAILURE_PAUSE_MILLISECONDS)
      }
    }
  }
  const running = loop()
  return async () => {
    stopping.abort()
    stopListening()
    wake()
    await running
  }
}

/** The feed no longer holds, or never held, the place that was written down: after a power cut, or a restored database. */
function isCursorLost(thrown: unknown): boolean {
  return thrown instanceof ChangesTrimmed || thrown instanceof RangeError
}

async function writeCursor(file: string, cursor: string): Promise<void> {
  await writeFile(`${file}.new`, cursor, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
