/** Does what is asked for the same thing one after the other; what is asked for different things does not wait. */
export type InTurn = <T>(thing: string, work: () => Promise<T>) => Promise<T>

/** Turns that nobody has taken yet. A failure is its caller's; the next in line goes on. */
export function takingTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return (thing, work) => {
    const mine = (last.get(thing) ?? Promise.resolve()).then(work)
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(thing) === settled) last.delete(thing)
      })
    last.set(thing, settled)
    return mine
  }
}
