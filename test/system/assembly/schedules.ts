import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Functions } from './functions.ts'
import type { Deployment } from './template.ts'

const Rule = z.looseObject({
  ScheduleExpression: z
    .string()
    .regex(/^rate\(\d+ minutes?\)$/, 'only minutes are played')
    .transform((text) => Number(/\d+/.exec(text)?.[0])),
  Targets: z.array(z.looseObject({ Arn: z.string() })),
})
const Permission = z.looseObject({ FunctionName: z.string(), Principal: z.string() })

/** Invokes what the rules of the templates name, at once and then as often as they say; returns the way to stop. */
export function followSchedules(deployment: Deployment, functions: Functions): () => Promise<void> {
  const stopping = new AbortController()
  const invocable = deployment
    .all('AWS::Lambda::Permission')
    .map(({ properties }) => Permission.parse(properties))
    .filter(({ Principal }) => Principal === 'events.amazonaws.com')
    .map(({ FunctionName }) => FunctionName)
  const rules = deployment.all('AWS::Events::Rule').filter(({ properties }) => 'ScheduleExpression' in properties)
  const running = rules.map(async ({ properties }) => {
    const { Targets, ScheduleExpression: minutes } = Rule.parse(properties)
    while (!stopping.signal.aborted) {
      for (const { Arn } of Targets) {
        if (!invocable.includes(Arn)) throw new Error(`EventBridge may not invoke ${Arn}`)
        // An invocation may outlast its time; what fails is noted where functions are run.
        functions.invoke(Arn, {}, { scheduled: true }).catch(() => undefined)
      }
      await sleep(minutes * 60_000, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })
  return async () => {
    stopping.abort()
    await Promise.all(running)
  }
}
