import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * A cold start in this process: `node start-handler.ts <file> <handler> [count]` loads a handler as Lambda does and prints how long
 * that took; with `count`, which takes time itself, which files were loaded and how many bytes each has.
 */
const [, , file = '', name = '', mode = ''] = process.argv
const loaded: Record<string, number> = {}
if (mode === 'count') {
  registerHooks({
    load(url, context, next) {
      const result = next(url, context)
      if (url.startsWith('file:') && result.source) {
        const path = relative(process.cwd(), fileURLToPath(url))
        loaded[path] = typeof result.source === 'string' ? Buffer.byteLength(result.source) : result.source.byteLength
      }
      return result
    },
  })
}
const begun = performance.now()
const module = await handlers()
const milliseconds = performance.now() - begun
const type = typeof Reflect.get(module, name)
// An adapter may have begun to look after something: nobody waits for it here.
process.stdout.write(JSON.stringify({ type, milliseconds, loaded }), () => process.exit(0))

/** Loads the bundle, or ends with what it threw: Node by itself would print its line of the bundle, too, which is all of it. */
async function handlers(): Promise<object> {
  try {
    return await import(file)
  } catch (thrown) {
    console.error(thrown)
    process.exit(1)
  }
}
