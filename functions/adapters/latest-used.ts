/**
 * Makes what belongs to a key when it is first asked for, and keeps what was used last: so much that usual traffic finds
 * it again, and no more than fits into the memory of a process.
 */
export function latestUsed<V extends object>(mostKept: number, make: (key: string) => V): (key: string) => V {
  const kept = new Map<string, V>()
  return (key) => {
    const found = kept.get(key) ?? make(key)
    // A map keeps the order of insertion: the first one is the one that was not used for longest.
    kept.delete(key)
    kept.set(key, found)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return found
  }
}
