/** Makes every call of an adapter fail in the words of the catalogue, whatever it failed with. */
export function tellFailures(inOurWords: (thrown: unknown) => Error): <T>(call: () => Promise<T>) => Promise<T> {
  return async (call) => {
    try {
      return await call()
    } catch (thrown) {
      throw inOurWords(thrown)
    }
  }
}
