/** A signal that aborts with its parent and can be aborted before it. */
export interface ChildAbort {
  readonly signal: AbortSignal
  /** Aborts the child alone and lets go of the parent. Call it also when all went well. */
  abort(reason?: unknown): void
}

/** A child of the signal. */
export function childAbort(parent: AbortSignal): ChildAbort {
  const child = new AbortController()
  const onAbort = () => child.abort(parent.reason)
  if (parent.aborted) onAbort()
  else parent.addEventListener('abort', onAbort, { once: true })
  return {
    signal: child.signal,
    abort: (reason) => {
      parent.removeEventListener('abort', onAbort)
      child.abort(reason)
    },
  }
}
