import type { Clock } from '../shared/ports/clock.ts'
import type { Log } from '../shared/ports/log.ts'

/** What is done again and again, and when. */
interface Repeated {
  /** Before the first time; none where it begins at once. */
  readonly afterSeconds?: number
  readonly pauseSeconds: number
  /** What the log says when it fails; it is done again all the same. */
  readonly failure: string
  readonly work: () => Promise<unknown>
}

/** Does something again and again until it is stopped; the end of a round that has begun is waited for. */
export function repeatedly(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  { afterSeconds = 0, pauseSeconds, failure, work }: Repeated,
): () => Promise<void> {
  const stopping = new AbortController()
  const sleep = (seconds: number) => clock.sleep(seconds * 1000, stopping.signal).catch(() => undefined)
  const running = (async () => {
    if (afterSeconds > 0) await sleep(afterSeconds)
    while (!stopping.signal.aborted) {
      await work().catch((thrown: unknown) => log.error(failure, {}, thrown))
      await sleep(pauseSeconds)
    }
  })()
  return async () => {
    stopping.abort()
    await running
  }
}
