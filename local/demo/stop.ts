/** Why a demo ends before its end, and the exit code that says so. */
export class DemoStopped extends Error {
  override readonly name = 'DemoStopped'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** 128 + the signal's number, as shells have it. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * A signal that aborts when a person or the system wants this process to end. Nothing ends it at once: hosts outlive the
 * process that switched them on, so it must first switch them off.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  // A terminal that was closed takes no more output; that must not end this process before its hosts are off.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  for (const [name, exitCode] of Object.entries(SIGNALS)) {
    process.on(name, () => stop.abort(new DemoStopped(`Stopped by ${name}.`, exitCode)))
  }
  return stop.signal
}

/** The same with a limit in time. */
export function withLimit(signal: AbortSignal, minutes: number): AbortSignal {
  const limit = new AbortController()
  const timer = setTimeout(
    () => limit.abort(new DemoStopped(`The demo did not get through within ${minutes} minutes.`, 1)),
    minutes * 60_000,
  )
  timer.unref()
  return AbortSignal.any([signal, limit.signal])
}

/** Rejects as soon as the signal aborts, whatever the work is doing. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Resolves when the signal aborts. */
export function whenStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A timer, because a listener alone does not keep the process alive.
    const keepAlive = setInterval(() => undefined, 3_600_000)
    const onAbort = () => {
      clearInterval(keepAlive)
      resolve()
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
