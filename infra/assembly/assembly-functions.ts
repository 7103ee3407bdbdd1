import { join } from 'node:path'
import { z } from 'zod'
import { FUNCTION_KINDS, type FunctionKind } from '../../shared/deployment/environment.ts'
import { plainText, readAssembly } from './read-assembly.ts'

const Properties = z.looseObject({
  FunctionName: z.string(),
  Handler: z.string(),
  MemorySize: z.int(),
  Code: z.looseObject({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
})

/** A function as the assembly deploys it. */
export interface AssemblyFunction {
  readonly name: string
  readonly kind: FunctionKind
  readonly memoryMiB: number
  readonly variables: Readonly<Record<string, string>>
  readonly ports: readonly string[]
  /** The file with its handler, and the handler's name in it. */
  readonly file: string
  readonly handler: string
}

/** The functions of an assembly whose code is Weir's. */
export function assemblyFunctions(directory: string): readonly AssemblyFunction[] {
  return readAssembly(directory).flatMap(({ type, properties }) => {
    if (type !== 'AWS::Lambda::Function') return []
    const { FunctionName, Handler, MemorySize, Code, Environment } = Properties.parse(properties)
    const [entry = '', handler = ''] = Handler.split('.')
    const kind = FUNCTION_KINDS.find((known) => known === entry)
    if (kind === undefined) throw new Error(`${FunctionName} has the handler ${Handler}, which no bundle has`)
    const variables = Object.fromEntries(
      Object.entries(Environment.Variables).map(([name, value]) => [name, plainText(value)]),
    )
    const asset = join(directory, `asset.${Code.S3Key.replace(/\.zip$/, '')}`)
    return {
      name: FunctionName,
      kind,
      memoryMiB: MemorySize,
      variables,
      ports: (variables.WEIR_PORTS ?? '').split(',').filter((port) => port !== ''),
      file: join(asset, `${entry}.mjs`),
      handler,
    }
  })
}
