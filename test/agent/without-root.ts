/** A user that is on every machine and not root. */
const SOMEBODY_UID = 65_534

/** Runs what root must not be; where root runs the tests, they give its rights up meanwhile. */
export async function withoutRoot<T>(run: () => T | Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run()
  process.seteuid?.(SOMEBODY_UID)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}
