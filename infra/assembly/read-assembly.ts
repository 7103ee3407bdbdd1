import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
})

/** One resource of an assembly. */
export interface AssemblyResource {
  readonly id: string
  /** The file of its template without the ending: the stack. */
  readonly stack: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
}

const ENDING = '.template.json'

/** Every resource of every template of a synthesized assembly. */
export function readAssembly(directory: string): readonly AssemblyResource[] {
  const files = readdirSync(directory).filter((file) => file.endsWith(ENDING))
  if (files.length === 0) throw new Error(`${directory} is no assembly: npm run synth writes one`)
  return files.flatMap((file) => {
    const { Resources } = Template.parse(JSON.parse(readFileSync(join(directory, file), 'utf8')))
    const stack = file.slice(0, -ENDING.length)
    return Object.entries(Resources).map(([id, { Type, Properties }]) => ({
      id,
      stack,
      type: Type,
      properties: Properties,
    }))
  })
}

/**
 * A text of a template for reading only: joined where it is joined, with the ARN of something where AWS would put in what is known
 * after the deployment only.
 */
export function plainText(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainText).join('')
  if (typeof value !== 'object' || value === null) return String(value)
  const join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(value)
  if (!join.success) return 'arn:aws:known-once-deployed'
  const [separator, parts] = join.data['Fn::Join']
  return parts.map(plainText).join(separator)
}
