import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'

const Reply = z.union([
  z.object({ result: z.unknown() }),
  z.object({ errorType: z.string(), errorMessage: z.string() }),
])

/** How an invocation failed: the name and the message of the error, as Lambda hands them on. */
export class InvocationFailed extends Error {
  override readonly name = 'InvocationFailed'
  readonly errorType: string

  constructor(errorType: string, errorMessage: string) {
    super(errorMessage)
    this.errorType = errorType
  }
}

/** A deployed function in a process of its own, with nothing but the environment that it is given. */
export interface FunctionProcess {
  invoke(event: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** Starts `handler` (such as `api.handler`) of a bundle; one invocation at a time, as on Lambda. `onOutput` is told of its log. */
export function startFunction(
  bundle: string,
  handler: string,
  variables: Readonly<Record<string, string>>,
  onOutput?: (text: string) => void,
): FunctionProcess {
  const [file = '', name = ''] = handler.split('.')
  const child: ChildProcess = fork(
    join(import.meta.dirname, 'function-runtime.ts'),
    [join(bundle, `${file}.mjs`), name],
    { env: variables, cwd: bundle, stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'inherit', 'ipc'] },
  )
  child.stdout?.on('data', (chunk: Buffer) => onOutput?.(chunk.toString()))
  const ended = once(child, 'exit').then(([code, signal]): never => {
    throw new Error(`the function ${handler} ended with ${code ?? signal}`)
  })
  // It also ends when nobody has asked it anything.
  ended.catch(() => undefined)
  return {
    async invoke(event) {
      const waiting = new AbortController()
      const answered = once(child, 'message', { signal: waiting.signal })
      // Whichever comes second is of no interest.
      answered.catch(() => undefined)
      try {
        // A process that is gone takes no message and says so; why it is gone, `ended` knows.
        child.send({ event }, () => undefined)
        const [message] = await Promise.race([answered, ended])
        const reply = Reply.parse(message)
        if ('errorType' in reply) throw new InvocationFailed(reply.errorType, reply.errorMessage)
        return reply.result
      } finally {
        waiting.abort()
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill()
      await exit
    },
  }
}
