import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { type FunctionProcess, startFunction } from '../../emulator/function-process.ts'
import type { Caller, Identities } from './identities.ts'
import type { Meter } from './meter.ts'
import type { Deployment } from './template.ts'

const DeployedFunction = z.looseObject({
  FunctionName: z.string(),
  Handler: z.string(),
  MemorySize: z.int(),
  Timeout: z.int(),
  Role: z.string(),
  VpcConfig: z.looseObject({}).optional(),
  Code: z.looseObject({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
})

/** The functions of a deployment, each invocation in a process of its own environment and memory. */
export interface Functions {
  readonly names: readonly string[]
  /** Whose calls a function's calls are: the session of its role. */
  callerOf(name: string): Caller
  /** As Lambda does: a process that is free, or a new one. Errors have the name that the function gave them. */
  invoke(arn: string, event: unknown, how?: { readonly scheduled?: boolean }): Promise<unknown>
  /** Those that nobody has invoked. */
  idle(): readonly string[]
  stop(): Promise<void>
}

interface Started {
  readonly process: FunctionProcess
  readonly processName: string
  readonly functionName: string
  readonly memoryMiB: number
}

/** What the runtime of Lambda tells every function besides its own variables. */
interface Runtime {
  readonly region: string
  /** Of the functions that are in a network. */
  readonly vpcId: string
  readonly endpoint: () => string
  /** Learns the keys of every process. */
  readonly identities: Identities
  readonly meter: Pick<Meter, 'printed' | 'invoked'>
  /** What functions trust besides the authorities that Node knows. */
  readonly certificateFile: string
  /** Told when an invocation fails. */
  readonly onFailure: (name: string, thrown: unknown) => void
}

/** Node's own part of the memory that a function has; the rest is for what is not on its heap. */
const HEAP_SHARE = 0.8

/** Prepares every function of the templates; a process starts with the first invocation that finds none free. */
export function deployFunctions(directory: string, deployment: Deployment, runtime: Runtime): Functions {
  const functions = new Map(
    deployment.all('AWS::Lambda::Function').map(({ id, properties }) => {
      const parsed = DeployedFunction.parse(properties)
      return [deployment.arnOf(id), parsed] as const
    }),
  )
  const free = new Map<string, Started[]>()
  const all: Started[] = []

  const secretAccessKey = randomUUID()
  const callerOf = (name: string): Caller => {
    const found = [...functions.values()].find(({ FunctionName }) => FunctionName === name)
    if (!found) throw new Error(`there is no function ${name}`)
    const inside = found.VpcConfig && { inside: { vpcId: runtime.vpcId } }
    return { name, roleName: found.Role.replace(/^.*\//, ''), sessionName: name, ...inside }
  }
  for (const { FunctionName } of functions.values())
    runtime.identities.add(FunctionName, { caller: callerOf(FunctionName), secretAccessKey })

  function start(arn: string): Started {
    const found = functions.get(arn)
    if (!found) throw new Error(`there is no function ${arn}`)
    const { FunctionName, Handler, MemorySize, Code, Environment } = found
    const processName = `${FunctionName}-${all.length + 1}`
    // Each process has keys of its own, so that its calls are known for those of the invocation that it works on.
    runtime.identities.add(processName, { caller: { ...callerOf(FunctionName), processName }, secretAccessKey })
    const variables = {
      ...Environment.Variables,
      NODE_OPTIONS: `--max-old-space-size=${Math.floor(MemorySize * HEAP_SHARE)}`,
      AWS_REGION: runtime.region,
      AWS_LAMBDA_FUNCTION_NAME: FunctionName,
      AWS_ENDPOINT_URL: runtime.endpoint(),
      NODE_EXTRA_CA_CERTS: runtime.certificateFile,
      // On Lambda they come with the role.
      AWS_ACCESS_KEY_ID: processName,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }
    const bundle = join(directory, `asset.${Code.S3Key.replace('.zip', '')}`)
    const process = startFunction(bundle, Handler, variables, (text) => runtime.meter.printed(processName, text))
    const started = { process, processName, functionName: FunctionName, memoryMiB: MemorySize }
    all.push(started)
    return started
  }

  return {
    names: [...functions.values()].map(({ FunctionName }) => FunctionName),
    callerOf,
    async invoke(arn, event, { scheduled = false } = {}) {
      const waiting = free.get(arn) ?? []
      free.set(arn, waiting)
      const started = waiting.pop() ?? start(arn)
      const { process, processName, ...about } = started
      const begunAt = performance.now()
      const over = (result: unknown) => {
        const milliseconds = performance.now() - begunAt
        runtime.meter.invoked(processName, { ...about, milliseconds, event, result, scheduled })
      }
      try {
        const result = await process.invoke(event)
        over(result)
        waiting.push(started)
        return result
      } catch (thrown) {
        over(undefined)
        runtime.onFailure(arn, thrown)
        if (thrown instanceof Error && 'errorType' in thrown) {
          waiting.push(started)
          throw Object.assign(new Error(thrown.message), { name: String(thrown.errorType) })
        }
        throw Object.assign(new Error(String(thrown)), { name: 'Runtime.ExitError' })
      }
    },
    idle: () => {
      const started = new Set(all.map(({ functionName }) => functionName))
      return [...functions.values()].flatMap(({ FunctionName }) => (started.has(FunctionName) ? [] : FunctionName))
    },
    async stop() {
      await Promise.all(all.map(({ process }) => process.stop()))
    },
  }
}
