import { z } from 'zod'

/** Loads a function's handler and runs it for every event that the parent process sends. */
const [, , file = '', name = ''] = process.argv
const handler: unknown = Reflect.get(await loaded(), name)
if (typeof handler !== 'function') throw new TypeError(`${file} has no handler ${name}`)

const Invocation = z.object({ event: z.unknown() })
const Thrown = z.object({ name: z.string(), message: z.string() })

process.on('message', async (message) => {
  const { event } = Invocation.parse(message)
  try {
    // A function that answers nothing answers null, as on Lambda.
    const result: unknown = (await handler(event, { getRemainingTimeInMillis: () => 29_000 })) ?? null
    process.send?.({ result })
  } catch (error) {
    const { name: errorType, message: errorMessage } = Thrown.parse(error)
    process.send?.({ errorType, errorMessage })
  }
})

/** Loads the bundle, or ends with what it threw: Node by itself would print its line of the bundle, too, which is all of it. */
async function loaded(): Promise<object> {
  try {
    return await import(file)
  } catch (thrown) {
    console.error(thrown)
    process.exit(1)
  }
}
